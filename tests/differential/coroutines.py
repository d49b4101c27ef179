import types, sys
class Awaitable:
    def __init__(self, v): self.v = v
    def __await__(self):
        got = yield self.v
        return got
async def inner(x):
    r = await Awaitable(x)
    print("inner got", r)
    return r * 2
async def outer():
    a = await inner(1)
    b = await inner(2)
    return a + b
c = outer()
print(c.send(None), c.send(10))
try:
    c.send(20)
except StopIteration as e:
    print("result", e.value)
try:
    c.send(None)
except RuntimeError as e:
    print(e)
class ACM:
    async def __aenter__(self): print("aenter"); return self
    async def __aexit__(self, *a): print("aexit", a[0] and a[0].__name__); return True
class AIter:
    def __init__(self, n): self.n = n
    def __aiter__(self): return self
    async def __anext__(self):
        if self.n == 0: raise StopAsyncIteration
        self.n -= 1
        return self.n
async def agen(n):
    try:
        for i in range(n):
            got = yield i
            if got: print("asend", got)
    finally:
        print("agen finally")
async def main():
    async with ACM() as m:
        raise ValueError
    async for i in AIter(2):
        print("aiter", i)
    else:
        print("else")
    print([i async for i in agen(3)], {i: 1 async for i in AIter(2)}, [x async for x in agen(4) if x % 2])
    print([await inner2(i) for i in range(3)])
    g = agen(5)
    print(await g.__anext__(), await g.asend("hi"))
    await g.aclose()
    try:
        await g.__anext__()
    except StopAsyncIteration:
        print("stopped")
    g = agen(2)
    await anext(g)
    try:
        await g.athrow(KeyError("thrown"))
    except KeyError as e:
        print(repr(e))
    try:
        await 3
    except TypeError as e:
        print(e)
    try:
        async for x in 3: pass
    except TypeError as e:
        print(e)
    try:
        async with 3: pass
    except TypeError as e:
        print(e)
    print(await anext(agen(0), "default"))
    return "main done"
async def inner2(i): return i * i
def run(coro):
    try:
        while True:
            coro.send(None)
    except StopIteration as e:
        return e.value
print(run(main()))
c = inner(1); print(type(c).__name__, c.cr_running); c.close()
@types.coroutine
def old():
    yield "old"
    return 5
async def uses(): return await old()
u = uses(); print(u.send(None))
try: u.send(None)
except StopIteration as e: print(e.value)
async def thrower():
    try:
        await Awaitable(1)
    except ValueError as e:
        return f"caught {e}"
t = thrower(); t.send(None)
try: t.throw(ValueError("into"))
except StopIteration as e: print(e.value)
try:
    for x in outer(): pass
except TypeError as e: print(e)
