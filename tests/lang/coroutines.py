# Coroutines, asynchronous generators, comprehensions, with and for.
class Suspend:
    def __init__(self, value): self.value = value
    def __await__(self):
        got = yield self.value
        return got
def run(coroutine):
    sent = None
    while True:
        try:
            value = coroutine.send(sent)
        except StopIteration as stop:
            return stop.value
        sent = value * 10
async def simple(x):
    return await Suspend(x) + await Suspend(x + 1)
print(run(simple(1)))  # expect: 30
class Manager:
    async def __aenter__(self):
        print("aenter", await Suspend(1))
        return "entered"
    async def __aexit__(self, *args):
        print("aexit", args[0] and args[0].__name__, await Suspend(2))
        return args[0] is ValueError
async def with_statement():
    async with Manager() as m, Manager():
        print(m)
    async with Manager():
        raise ValueError
    async with Manager():
        return "returned"
print(run(with_statement()))
# expect: aenter 10
# expect: aenter 10
# expect: entered
# expect: aexit None 20
# expect: aexit None 20
# expect: aenter 10
# expect: aexit ValueError 20
# expect: aenter 10
# expect: aexit None 20
# expect: returned
async def numbers(n):
    for i in range(n):
        await Suspend(i)
        yield i
async def loops():
    out = []
    async for i in numbers(4):
        if i == 2: continue
        out.append(i)
    else:
        out.append("else")
    async for i in numbers(10):
        if i == 1: break
    out.append([i * i async for i in numbers(4) if i % 2])
    out.append({i: await Suspend(i) async for i in numbers(2)})
    out.append([i async for i in (j async for j in numbers(2))])
    return out
print(run(loops()))  # expect: [0, 1, 3, 'else', [1, 9], {0: 0, 1: 10}, [0, 1]]
async def delegate():
    try:
        await failing()
    except KeyError as error:
        return "caught", error.args
    finally:
        print("finally", await Suspend(3))
async def failing():
    await Suspend(0)
    raise KeyError("inside")
print(run(delegate()))
# expect: finally 30
# expect: ('caught', ('inside',))
async def asend():
    async def gen():
        got = None
        while got != "stop":
            got = yield got
    g = gen()
    return [await g.asend(None), await g.asend("a"), await g.asend("b")]
print(run(asend()))  # expect: [None, 'a', 'b']
async def aclose():
    async def gen():
        try:
            yield 1
            yield 2
        finally:
            print("cleaned up")
    g = gen()
    print(await g.__anext__())
    await g.aclose()
    try:
        await g.__anext__()
    except StopAsyncIteration:
        return "closed"
print(run(aclose()))
# expect: 1
# expect: cleaned up
# expect: closed
async def not_awaitable():
    try:
        await 5
    except TypeError as error:
        return str(error)
print(run(not_awaitable()))  # expect: object int can't be used in 'await' expression
