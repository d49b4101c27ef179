# Anything may stand in a replacement field: its own quotes, comments, backslashes (PEP 701).
d = {"k": [1, 2], "w": 8}
print(f"{d["k"]} {"a" "b"} {f"{f"{1 + 1}"}"}")
# expect: [1, 2] ab 2
print(f"{'\n'.join(['x', 'y'])!r}")
# expect: 'x\ny'
print(f"""{
    d["w"]  # the width
    + 1
}""")
# expect: 9
print(f"{3.14159:{d["w"]}.{2}f}|{{}}|{d["w"]!r:>{d["w"]}}|{1:{">"}{3}}")
# expect:     3.14|{}|       8|  1
x = 5
print(f"{x=} {x = !s} {x+1=:>3} {(lambda: x)()} {x if x else {1: 2}[1]}")
# expect: x=5 x = 5 x+1=  6 5 5
print(f'{x!r   }', rf"\{x}\d", f"{x:%}")
# expect: 5 \5\d 500.000000%
