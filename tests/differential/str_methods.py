# Every method of str, on many texts; % and str.format, with their errors.
def t(f):
    try: print(ascii(f()))
    except Exception as e: print(type(e).__name__, e)
S=["","a","abc","  a b  ","aXbXc","\u00e9\u00e8","\u0410\u0411\u0412","\U0001F600x\U0001F601","a\tb\tc","line1\nline2\r\nline3\x0bx\x85y\u2028","ß","ŉx","ΑΣΑΣ","ab"*20]
M=[("find","a"),("find","b",1),("rfind","a",-3,None),("index","zz"),("count",""),("count","ab"),("split",),("split",None,1),("rsplit",None,1),("split","X"),("rsplit","X",1),("split","b"),("splitlines",),("splitlines",True),("partition","X"),("rpartition","X"),("strip",),("lstrip","a "),("rstrip","x\U0001F601"),("center",10),("ljust",8,"*"),("rjust",8,"\u0410"),("zfill",6),("replace","a","\u0410"),("replace","","-"),("replace","ab","x",3),("upper",),("lower",),("title",),("capitalize",),("swapcase",),("casefold",),("expandtabs",),("expandtabs",3),("startswith",("a","b")),("endswith","c"),("removeprefix","a"),("removesuffix","c"),("encode",),("encode","utf-16"),("encode","latin-1","replace"),("encode","ascii","xmlcharrefreplace"),("encode","ascii","namereplace"),("encode","ascii","backslashreplace"),("isidentifier",),("translate",{97:"AA",98:None,99:100}),("split",""),("split",1),("join",["1","2"]),("join",[1]),("join",1),("startswith",1),("startswith",(1,)),("center",5,"ab"),("strip",1),("replace",1,2),("encode","nope"),("encode","utf-8","nope"),("zfill","a"),("__getitem__",slice(None,None,-1)),("__getitem__",slice(1,5,2)),("__getitem__",0),("__getitem__","a"),("__mul__",3),("__mul__",-1),("__add__","\u0410"),("__contains__","a"),("__format__",">10"),("__format__","*^7.2s"),("__format__","d"),("__repr__",)]
for s in S:
    for m in M:
        t(lambda: getattr(s,m[0])(*m[1:]))
for f,a in [("%s",1),("%5d|%-5d|%05d|%+d|% d",(1,2,3,4,5)),("%x %X %#x %o %#o",(255,255,255,8,8)),("%e %f %g %.3f %10.2e",(1.5,2.5,1e10,3.14159,12345.678)),("%(a)s %(b)r",{"a":1,"b":"x"}),("%c%c",(65,"B")),("%%",()),("%*.*f",(10,2,3.14159)),("%-*d|",(5,3)),("%.3d",5),("%s %s",(1,)),("%d",1.9),("%d","x"),("%i",10**30),("%x",-255),("%#X",-10**20),("%08.3f",-3.5),("%r",[1,"a"]),("%.2s","abc"),("%a","\u0410"),("%5%",()),("%(a)",{}),("%q",1),("%f","a"),("%d",True),("%+.1e",12345),("%G",1e-10),("%#g",1.0),("%ld",5)]:
    t(lambda: f%a)
for f in ["{}","{0}","{:>5}","{!r}","{0!s:^9}","{:{w}}","{a}","{0.real}","{0[0]}","{","}","{{}}","{}}","{!x}","{:d}","{0[}","{0.}","{a.b.c}","{:{:{}}}","{!}","{0!r","{:=5}","{:,}","{:_}"]:
    for args in [(1,),("ab",),([1,2],)]:
        t(lambda: f.format(*args, w=6, a=5))
t(lambda: "{a}{b}".format_map({"a":1,"b":2}))
t(lambda: "{}".format_map({}))
t(lambda: str(b"abc","utf-8"))
t(lambda: str(b"abc"))
t(lambda: str("a","utf-8"))
t(lambda: str(1,"utf-8"))
t(lambda: str(object=5))
t(lambda: str.maketrans("ab","cd","e"))
t(lambda: str.maketrans({"a":1,2:3}))
t(lambda: str.maketrans({"ab":1}))
t(lambda: str.maketrans("a","bc"))
class X(str):
    y=1
x=X("abc"); x.z=5
t(lambda: (x, type(x+"d"), x.z, x.__dict__, type(x.upper()), type(x[:]), type(str(x)), hash(x)==hash("abc"), x=="abc", {"abc":1}[x]))
class Y(str):
    def __str__(self): return "str!"
    def __format__(self,s): return "fmt!"+s
t(lambda: ("%s"%Y("a"), "{}".format(Y("a")), f"{Y('a'):q}", str(Y("a"))))
t(lambda: list("h\u00e9llo"))
t(lambda: list(reversed("abc")))
t(lambda: sorted("hello world"))
t(lambda: "a"<"b"<"\u0410"<"\U0001F600")
t(lambda: "a"<1)
t(lambda: "a"=="a\0")
t(lambda: min("abc"), )
t(lambda: "abc".__getnewargs__())
t(lambda: "a" in 5)
t(lambda: 5 in "a")
t(lambda: "x"+5)
t(lambda: 5+"x")
t(lambda: "x"*"y")
t(lambda: "abc"[5])
t(lambda: "abc".foo)
it=iter("abc"); next(it)
t(lambda: (it.__reduce__(), it.__length_hint__()))
import pickle
t(lambda: pickle.loads(pickle.dumps(X("q"))))
