import asyncio, contextvars
var = contextvars.ContextVar("var", default="d")
async def work(n, delay=0):
    await asyncio.sleep(delay)
    return n * 2
async def fail(): raise ValueError("failed")
async def main():
    print(await asyncio.gather(*(work(i) for i in range(5))))
    print(await asyncio.gather(work(1), fail(), return_exceptions=True))
    t = asyncio.create_task(work(3)); print(await t, t.done(), t.result())
    try: await asyncio.wait_for(asyncio.sleep(5), 0.01)
    except TimeoutError: print("timeout")
    t = asyncio.create_task(asyncio.sleep(10)); await asyncio.sleep(0); t.cancel()
    try: await t
    except asyncio.CancelledError: print("cancelled", t.cancelled())
    q = asyncio.Queue(2); out = []
    async def prod():
        for i in range(5): await q.put(i)
        await q.put(None)
    async def cons():
        while (v := await q.get()) is not None: out.append(v)
    await asyncio.gather(prod(), cons()); print(out)
    lock = asyncio.Lock(); n = 0
    async def inc():
        nonlocal n
        async with lock:
            v = n; await asyncio.sleep(0); n = v + 1
    await asyncio.gather(*(inc() for _ in range(10))); print(n)
    ev = asyncio.Event(); asyncio.get_running_loop().call_later(0.01, ev.set); await ev.wait(); print("event")
    async with asyncio.TaskGroup() as tg:
        a = tg.create_task(work(10)); b = tg.create_task(work(20))
    print(a.result() + b.result())
    try:
        async with asyncio.TaskGroup() as tg:
            tg.create_task(fail()); tg.create_task(asyncio.sleep(5))
    except* ValueError as e: print(e.exceptions)
    async with asyncio.timeout(5): print(await work(1))
    sem = asyncio.Semaphore(2); running = peak = 0
    async def limited():
        nonlocal running, peak
        async with sem:
            running += 1; peak = max(peak, running); await asyncio.sleep(0.001); running -= 1
    await asyncio.gather(*(limited() for _ in range(6))); print(peak)
    print(await asyncio.to_thread(lambda: sum(range(100))), await asyncio.get_running_loop().run_in_executor(None, pow, 2, 8))
    for c in asyncio.as_completed([work(1, 0.02), work(2, 0.001)]): print(await c)
    var.set("outer")
    async def ctx(): var.set("inner"); return var.get()
    print(await asyncio.create_task(ctx()), var.get())
    f = asyncio.get_running_loop().create_future(); asyncio.get_running_loop().call_soon(f.set_result, "future"); print(await f)
    async def agen():
        for i in range(3): yield i; await asyncio.sleep(0)
    print([x async for x in agen()])
    server = await asyncio.start_server(handle, "127.0.0.1", 0); port = server.sockets[0].getsockname()[1]
    r, w = await asyncio.open_connection("127.0.0.1", port); w.write(b"ping\n"); await w.drain(); print(await r.readline()); w.close(); await w.wait_closed(); server.close(); await server.wait_closed()
    p = await asyncio.create_subprocess_exec("echo", "sub", stdout=asyncio.subprocess.PIPE); print((await p.communicate())[0], p.returncode)
    return "main"
async def handle(r, w): w.write((await r.readline()).upper()); await w.drain(); w.close()
print(asyncio.run(main()))
try: asyncio.run(fail())
except ValueError as e: print(e)
