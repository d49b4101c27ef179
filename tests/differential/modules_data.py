import copy, pickle, datetime, time, calendar, decimal, fractions, statistics, array, weakref, types, functools, itertools, collections, bisect, heapq, struct, operator, random, string, numbers, contextlib, abc, io, os, tempfile, pathlib, shutil, glob, argparse, logging, inspect, traceback, warnings, gc, sys, unittest, ast, dis
a = [1, [2, {"k": (3,)}]]; b = copy.deepcopy(a); b[1][0] = 9; print(a, b, copy.copy(a)[1] is a[1])
class C:
    def __init__(self): self.x = [1]
    def __eq__(self, o): return self.x == o.x
for proto in range(6):
    assert pickle.loads(pickle.dumps([1, "é", 2.5, None, {"a": (1, 2)}, {3}, b"x", C(), 10 ** 30, True], proto))[7] == C()
print(datetime.date(2024, 2, 28) + datetime.timedelta(days=2), datetime.datetime(2024, 1, 1, 12) - datetime.datetime(2023, 1, 1), datetime.datetime.fromisoformat("2024-05-06T07:08:09+02:00"), datetime.timedelta(hours=25, microseconds=5), datetime.date(2024, 1, 1).strftime("%a %d %b %Y"), datetime.datetime.strptime("3/4/21", "%d/%m/%y"), tuple(datetime.date(2024, 12, 30).isocalendar()), datetime.timezone(datetime.timedelta(hours=2)), datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc).timestamp())
print(decimal.Decimal("0.1") + decimal.Decimal("0.2"), decimal.Decimal(1) / 7, decimal.Decimal("1.005").quantize(decimal.Decimal("0.01")), fractions.Fraction(1, 3) + fractions.Fraction("1/6"), fractions.Fraction(0.5), statistics.mean([1, 2, 4]), statistics.median([3, 1, 2]), round(statistics.stdev([1, 2, 3, 4]), 4), statistics.mode("aab"))
ar = array.array("i", [1, 2, 3]); ar.append(4); print(ar, ar.tobytes()[:4], ar[1:3], sum(ar), array.array("d", [1.5]).itemsize)
print(calendar.monthrange(2024, 2), calendar.isleap(2100), isinstance(3, numbers.Integral))
class A(abc.ABC):
    @abc.abstractmethod
    def f(self): ...
try: A()
except TypeError as e: print(e)
with tempfile.TemporaryDirectory() as d:
    p = pathlib.Path(d) / "sub" / "f.txt"; p.parent.mkdir(); p.write_text("line1\nline2\n")
    with open(p, "a", encoding="utf-8") as f: f.write("é\n"); f.writelines(["x\n", "y"])
    with open(p) as f: print(f.readline(), f.read(3), f.tell() > 0, f.readlines(), f.read())
    print(p.exists(), p.suffix, p.stem, p.read_bytes()[-3:], os.path.getsize(p), sorted(os.listdir(d)), [x.name for x in pathlib.Path(d).rglob("*.txt")], p.relative_to(d), os.path.splitext("a.tar.gz"), os.path.join("a", "/b"), pathlib.PurePosixPath("/a/../b").parts)
    try: open(p.parent / "nope")
    except FileNotFoundError as e: print(e.errno, e.strerror)
    with open(p, "rb") as f: f.seek(-1, 2); print(f.read(), f.closed)
    shutil.copy(p, d); print(len(glob.glob(d + "/*")), shutil.rmtree(p.parent), os.path.isdir(p.parent))
ps = argparse.ArgumentParser(prog="prog"); ps.add_argument("x", type=int); ps.add_argument("-v", "--verbose", action="count", default=0); ps.add_argument("--o", choices=["a", "b"]); ps.add_argument("rest", nargs="*")
print(ps.parse_args(["-vv", "--o", "a", "3", "r1", "r2"])); print(ps.format_help())
logging.basicConfig(format="%(levelname)s:%(name)s:%(message)s", stream=sys.stdout); logging.getLogger("l").warning("w %d", 3); logging.info("hidden")
def sig(a, /, b: int = 2, *c, d, **e) -> str: "doc"
print(inspect.signature(sig), inspect.getdoc(sig), inspect.isfunction(sig), [p.kind.name for p in inspect.signature(sig).parameters.values()], inspect.getsource(sig).strip())
with warnings.catch_warnings(record=True) as w:
    warnings.simplefilter("always"); warnings.warn("careful", DeprecationWarning); print(len(w), w[0].category.__name__, w[0].message)
class Test(unittest.TestCase):
    def test_ok(self): self.assertEqual(1 + 1, 2)
    def test_raises(self):
        with self.assertRaises(ValueError): int("x")
    def test_bad(self): self.assertEqual(1, 2)
r = unittest.TestResult(); unittest.defaultTestLoader.loadTestsFromTestCase(Test).run(r); print(r.testsRun, len(r.failures), len(r.errors))
print(ast.dump(ast.parse("x = 1 + f(y)")), ast.literal_eval("[1, {'a': (2, None)}]"), ast.unparse(ast.parse("def f(a,b=1):\n return a+b")), eval(compile(ast.parse("5", mode="eval"), "", "eval")))
print(io.StringIO("a\nb").readlines(), io.BytesIO(b"abc").read(2), types.SimpleNamespace(a=1, b=[2]), contextlib.nullcontext(3).__enter__(), sys.getrecursionlimit(), sys.maxsize, sys.byteorder)
