# JSON to objects and back.
import json

document = {"users": [{"id": i, "name": f"user {i}", "mail": f"u{i}@example.org", "score": i / 3, "tags": ["a", "б", None, True],
                       "nested": {"deep": [[i], {"x": -i}]}} for i in range(1_500)], "count": 1_500}
for _ in range(4):
    text = json.dumps(document)
    assert json.loads(text) == document
pretty = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False)
assert json.loads(pretty) == document and pretty.count("\n") > 20_000
