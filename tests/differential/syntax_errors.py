# What is said about programs that lost one token or line.
import os
import random

folder = os.path.dirname(os.__file__)
choose = random.Random(7)


def show(source):
    try:
        compile(source, "x", "exec", 0x400)  # the tree only
    except SyntaxError as e:
        print(type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset)
    else:
        print("no error")


for name in "ast", "bisect", "contextlib", "functools", "queue", "shlex", "tempfile":
    with open(f"{folder}/{name}.py", encoding="utf-8") as file:
        lines = file.read().split("\n")
    for count in range(60):
        first = choose.randrange(len(lines))
        part = lines[first:first + 12]
        text = "\n".join(part)
        characters = [i for i, c in enumerate(text) if c in "()[]{}:,='\"."]
        if not characters:
            continue
        at = choose.choice(characters)
        show(text[:at] + text[at + 1:] + "\n")
