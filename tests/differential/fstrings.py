x, y, name = 3, 4.5678, "weft"
print(f"{x} {y:.2f} {name!r} {name!s:>8} {x + 1} {x=} {y = :.1f} {name=!s} {'nested ' + f'{x}'} {{literal}} {x:{x}} {y:{x + 4}.{x}}")
print(f"{x:>{5}}|{x:<5}|{x:^5}|{x:05}|{x:+}", f"{'a' if x else 'b'}", f"{[i for i in range(3)]}", f"{ {'k': 1}['k'] }", f"{(lambda v: v * 2)(4)}")
print(f"""multi
{x
}""", rf"\n{x}", f"{x!a}", f"{'é'!a}", F"{1}" "b{0}" f"{2}")
import datetime, decimal
d = datetime.datetime(2024, 2, 29, 13, 5, 7)
print(f"{d:%Y-%m-%d %H:%M:%S} {d!r} {d:%A %j}", f"{decimal.Decimal('1.10'):.1f}")
class F:
    def __format__(self, spec): return f"<{spec}>"
    def __str__(self): return "str"
    def __repr__(self): return "repr"
print(f"{F()} {F():abc} {F()!s} {F()!r:>6} {F():{x}{y}}", format(F(), "q"), "{:z}".format(F()))
try:
    f"{x:q}"
except ValueError as e:
    print(e)
try:
    f"{[]:d}"
except TypeError as e:
    print(e)
print(f"{x,}", f"{x, y}", f"{*[1, 2],}", f"{x!r:^{8}}", f"{'':>3}|", f"{True} {None} {True:d}", f"{x:#06x} {255:#b} {1e5:,} {12345678:_}")
print(f"{x:=^+7}", f"{-x:<5}|", f"{1000000:,d} {0:d} {'%'}", f"{3.0} {3.0:g} {3.0:.0f} {1e-7}")
async_ = [f"{i}{j}" for i in "ab" for j in f"{x}"]
print(async_, f"{x}" f"{y}" == f"{x}{y}", f"{ x }", f"{x:d}{y:d}" if False else "-")
