# Texts that are built piece by piece, of every length around the sizes where their place changes, and of every
# width of character.
import csv
import io
import json

checked = 0
for wide in "a", "\xe9", "\u20ac", "\U0001f600":
    for count in list(range(0, 34)) + list(range(58, 64)) + list(range(116, 132)) + list(range(250, 262)):
        text = wide * count
        for last in "b", "\xe8", "\u20ad", "\U0001f601":
            joined = "".join(list(text) + [last])
            assert "%s%s" % (text, last) == joined
            assert "{}{}".format(text, last) == joined
            assert f"{text:>{count}}{last}" == joined
            assert "%s%s" % (last, text) == last + text
            assert text.replace(wide, last) == last * count
            assert json.loads(json.dumps(joined, ensure_ascii=False)) == joined
            assert eval(repr(joined)) == joined
            assert next(csv.reader(io.StringIO(joined + ",x\n"))) == [joined, "x"]
            checked += 1
print(checked)  # expect: 1088
