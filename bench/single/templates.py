# A template engine: text with {{ names }}, loops and conditions, compiled to closures.
import re

TOKEN = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})")

def lookup(path):
    names = path.strip().split(".")
    def get(scope):
        value = scope[names[0]]
        for name in names[1:]:
            value = value[name] if isinstance(value, dict) else getattr(value, name)
        return value
    return get

def compile_block(tokens, end=None):
    parts = []
    for token in tokens:
        if token.startswith("{{"):
            parts.append(lambda scope, get=lookup(token[2:-2]): str(get(scope)))
        elif token.startswith("{%"):
            words = token[2:-2].split()
            if words[0] == end:
                break
            body = compile_block(tokens, "end" + words[0])
            if words[0] == "for":
                def loop(scope, name=words[1], get=lookup(words[3]), body=body):
                    return "".join(body({**scope, name: item}) for item in get(scope))
                parts.append(loop)
            else:
                parts.append(lambda scope, get=lookup(words[1]), body=body: body(scope) if get(scope) else "")
        elif token:
            parts.append(lambda scope, token=token: token)
    return lambda scope: "".join([part(scope) for part in parts])

page = compile_block(iter(TOKEN.split(
    "<h1>{{ title }}</h1><ul>{% for user in users %}<li>{{ user.name }}{% if user.old %} (old){% endif %}</li>{% endfor %}</ul>")))
users = [{"name": f"user {i}", "old": i % 2} for i in range(400)]
for _ in range(40):
    text = page({"title": "Users", "users": users})
assert text.startswith("<h1>Users</h1><ul><li>user 0</li><li>user 1 (old)</li>") and text.count("(old)") == 200
