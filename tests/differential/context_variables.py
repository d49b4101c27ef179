import contextvars, contextlib, threading, functools, asyncio
v = contextvars.ContextVar("v", default=0); w = contextvars.ContextVar("w")
t = v.set(1); print(v.get(), t.old_value is contextvars.Token.MISSING, t.var is v); v.reset(t); print(v.get())
try: w.get()
except LookupError: print("no w", w.get("d"))
try: v.reset(t)
except RuntimeError as e: print(str(e)[:40])
c = contextvars.copy_context(); c.run(v.set, 7); print(c[v], v.get(), len(c) >= 1, v in c, c.get(w), list(c.keys()) == [v])
def in_thread(out): out.append(v.get()); v.set(99)
v.set(5); out = []; th = threading.Thread(target=in_thread, args=(out,)); th.start(); th.join(); print(out, v.get())
try: c.run(lambda: c.run(print))
except RuntimeError as e: print(str(e)[:30])
@contextlib.contextmanager
def setting(x):
    tok = v.set(x)
    try: yield
    finally: v.reset(tok)
with setting(10):
    with setting(20): print(v.get())
    print(v.get())
async def task(n): v.set(n); await asyncio.sleep(0); return v.get()
async def main(): return await asyncio.gather(*(task(n) for n in range(3))), v.get()
print(asyncio.run(main()))
class Res(contextlib.AbstractContextManager):
    def __exit__(self, *a): print("closed"); return False
with contextlib.ExitStack() as s:
    s.enter_context(Res()); s.push(lambda *a: print("pushed", a[0] and a[0].__name__) or True); raise KeyError("swallowed")
async def amain():
    @contextlib.asynccontextmanager
    async def acm():
        print("in"); yield 1; print("out")
    async with acm() as x: print(x)
    async with contextlib.AsyncExitStack() as st: await st.enter_async_context(acm())
asyncio.run(amain())
class Deco(contextlib.ContextDecorator):
    def __enter__(self): print("enter"); return self
    def __exit__(self, *a): print("exit")
@Deco()
def f(): print("f")
f(); f()
