# anext() with a default awaits whatever __anext__ gives: an awaitable, or a coroutine.
import asyncio


class Twice:
    def __init__(self):
        self.left = 2

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self.left:
            raise StopAsyncIteration
        self.left -= 1
        await asyncio.sleep(0)
        return self.left


class Wrong:
    def __aiter__(self):
        return self

    def __anext__(self):
        return 3


async def main():
    numbers = Twice()
    print(await anext(numbers, "end"))  # expect: 1
    print(await anext(numbers))         # expect: 0
    print(await anext(numbers, "end"))  # expect: end
    try:
        await anext(Wrong(), None)
    except TypeError as error:
        print(error)                    # expect: object int can't be used in 'await' expression
    coroutine = Twice().__anext__()
    coroutine.send(None)
    try:
        await coroutine
    except RuntimeError as error:
        print(error)                    # expect: coroutine is being awaited already
    coroutine.close()


asyncio.run(main())
