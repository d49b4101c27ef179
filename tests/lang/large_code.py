# Sizes beyond what one instruction holds.
names = [f"v{i}" for i in range(1000)]
source = "def f():\n" + "".join(f"    {n} = {i}\n" for i, n in enumerate(names))
source += "    return " + " + ".join(names) + "\n"
scope = {}
exec(source, scope)
print(scope["f"]())  # expect: 499500
source = "x = [" + ", ".join(str(i) for i in range(70000)) + "]\n"
exec(source, scope)
print(len(scope["x"]), scope["x"][69999])  # expect: 70000 69999
source = "x = {" + ", ".join(f"{i}: 'k{i}'" for i in range(70000)) + "}\ny = 'after'\n"
exec(source, scope)
print(len(scope["x"]), scope["x"][69999], scope["y"])  # expect: 70000 k69999 after
source = "def g(*a): return len(a)\nr = g(" + ", ".join("a" for i in range(1000)) + ")\n"
exec("a = 1\n" + source, scope)
print(scope["r"])  # expect: 1000
source = "r = " + " + ".join(["1", *("a" for _ in range(500))])
exec(source, scope)
print(scope["r"])  # expect: 501
source = "if a:\n" + "".join("    a = a + 0\n" for _ in range(40000)) + "else:\n    a = 2\n"
exec(source, scope)
print(scope["a"])  # expect: 1
print(len(eval("f'" + "{a}" * 500 + "'", scope)))  # expect: 500
source = "def h(" + ", ".join(f"p{i}" for i in range(300)) + "): return p299\n"
exec(source, scope)
print(scope["h"](*range(300)))  # expect: 299
nested = "def n0():\n"
for i in range(15):
    nested += "  " * (i + 1) + f"def n{i + 1}():\n"
nested += "  " * 16 + "return 'deep'\n"
for i in range(15, 0, -1):
    nested += "  " * i + f"return n{i}()\n"
exec(nested, scope)
print(scope["n0"]())  # expect: deep
try:
    eval("-" * 200000 + "1")
except (RecursionError, MemoryError, SyntaxError) as error:
    print("too deep")  # expect: too deep
source = "x = (" + "".join(f"\n  's{i}'," for i in range(66000)) + ")\ndef after(): return 'function after many constants'\n"
