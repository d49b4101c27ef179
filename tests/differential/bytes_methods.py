# Every method of bytes and bytearray; changes of a bytearray; memoryview.
def t(f):
    try: print(ascii(f()))
    except Exception as e: print(type(e).__name__, e)
for C in (bytes, bytearray):
    S=[b"",b"a",b"abc",b"  a b ",b"aXbXc",b"\xe9\xff",b"a\tb\tc",b"l1\nl2\r\nl3\x0bx"]
    M=[("find",b"a"),("find",97),("rfind",b"a",-3,None),("index",b"zz"),("count",b""),("count",98),("split",),("split",None,1),("rsplit",None,1),("split",b"X"),("rsplit",b"X",1),("splitlines",),("splitlines",True),("partition",b"X"),("rpartition",b"X"),("strip",),("lstrip",b"a "),("rstrip",b"x"),("center",10),("ljust",8,b"*"),("zfill",6),("replace",b"a",b"QQ"),("replace",b"",b"-"),("replace",b"ab",b"x",3),("upper",),("lower",),("title",),("capitalize",),("swapcase",),("expandtabs",3),("startswith",(b"a",b"b")),("endswith",b"c"),("removeprefix",b"a"),("removesuffix",b"c"),("decode",),("decode","latin-1"),("decode","ascii","replace"),("decode","ascii","surrogateescape"),("decode","utf-8","backslashreplace"),("translate",bytes(range(255,-1,-1))),("translate",None,b"a"),("translate",b"x"),("join",[b"1",bytearray(b"2")]),("join",[1]),("join",1),("startswith",1),("hex",),("hex",":"),("hex",":",2),("hex",":",-2),("hex","::"),("isalnum",),("isalpha",),("isascii",),("isdigit",),("islower",),("isupper",),("isspace",),("istitle",),("split",b""),("split","a"),("find","a"),("find",256),("__getitem__",slice(None,None,-1)),("__getitem__",0),("__getitem__","a"),("__mul__",3),("__add__",b"x"),("__add__","x"),("__contains__",97),("__contains__",b"a"),("__contains__","a"),("__contains__",300),("__repr__",),("__eq__",b"abc"),("__eq__","abc"),("__lt__",b"b")]
    for s in S:
        for m in M:
            t(lambda: getattr(C(s),m[0])(*m[1:]))
    for a in [(),(5,),(-1,),("a",),("a","utf-8"),("\u0410","ascii","replace"),([1,2,3],),([256],),(["a"],),(1.5,),(None,),(b"x",),(memoryview(b"abc"),),(b"x","utf-8"),(10**20,),((1,2),)]:
        t(lambda: C(*a))
    t(lambda: C(b"x", errors="strict"))
    t(lambda: C.fromhex("01 ff aB"))
    t(lambda: C.fromhex("0"))
    t(lambda: C.fromhex("0g"))
    t(lambda: C.fromhex("zz"))
    for f,a in [(b"%s",b"x"),(b"%b %d",(b"x",5)),(b"%a",1),(b"%r","\u0410"),(b"%c%c",(65,b"B")),(b"%s",1),(b"%s","a"),(b"%x",255),(b"%5.1f",2.25),(b"%(a)s",{b"a":b"1"}),(b"%q",1),(b"%f","a")]:
        t(lambda: C(f)%a)
    t(lambda: list(C(b"abc")))
    t(lambda: C(b"abc")[1:2])
    t(lambda: C.maketrans(b"a",b"b")[97])
t(lambda: hash(b"abc")==hash("abc"))
t(lambda: hash(bytearray()))
b=bytearray(b"hello")
def do(s):
    def g():
        exec(s,globals()); return b
    t(g)
    do(s)
t(lambda: b.__reduce_ex__(4))
m=memoryview(b"abcdef")
for f in [lambda:m[0],lambda:m[-1],lambda:m[10],lambda:m[1:3].tobytes(),lambda:m[::-2].tolist(),lambda:m[::-1].tobytes(),lambda:m.cast("H").tolist(),lambda:m.cast("B",[2,3]).tolist(),lambda:m.cast("B",[2,3])[1,2],lambda:m.cast("B",[2,3])[1],lambda:m.cast("H",[3]).shape,lambda:m.cast("i"),lambda:m.cast("z"),lambda:m.shape,lambda:m.strides,lambda:m.suboffsets,lambda:(m.readonly,m.format,m.itemsize,m.ndim,m.nbytes,m.c_contiguous,m.f_contiguous,m.contiguous),lambda:m==b"abcdef",lambda:m==memoryview(b"abcdef"),lambda:m!=b"x",lambda:hash(m)==hash(b"abcdef"),lambda:m.hex("-"),lambda:list(m),lambda:m.obj,lambda:len(m),lambda:bytes(m),lambda:m<m,lambda:m.__setitem__(0,1),lambda:97 in m,lambda:m["a"],lambda:m[0,0],lambda:memoryview(5),lambda:memoryview("a"),lambda:m.toreadonly().readonly,lambda:m.tobytes("X"),lambda:m.tobytes("F")]:
    t(f)
a=bytearray(8); m=memoryview(a)
for s in ["m[0]=5","m[0]=300","m[0]='a'","m[1:3]=b'ab'","m[1:3]=b'abc'","del m[0]","m.cast('i')[0]=-1","m.cast('d')[0]=1.5","m.cast('?')[3]=True","m[::2]=b'1234'","m.cast('c')[0]=b'q'","m.cast('c')[0]=5","m.cast('I')[0]=-1","m.cast('h')[0]=40000","m[:4]=m[4:]"]:
    def g():
        exec(s,globals()); return a
    t(g)
with m as q: pass
t(lambda: m[0]); t(lambda: repr(m)[:9]); t(lambda: m.tolist()); t(lambda: len(m)); t(lambda: m==m)
