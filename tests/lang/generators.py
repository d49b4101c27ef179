# Generators: send, throw, close, return values, delegation.
def echo():
    received = []
    try:
        while True:
            received.append((yield len(received)))
    except ValueError as error:
        received.append(str(error))
        yield received
    finally:
        print("finally")
g = echo()
print(next(g), g.send("a"), g.send("b"))  # expect: 0 1 2
print(g.throw(ValueError("c")))  # expect: ['a', 'b', 'c']
g.close()  # expect: finally
def inner():
    x = yield 1
    print("inner got", x)
    try:
        yield 2
    except KeyError:
        print("inner caught")
    return "result"
def outer():
    value = yield from inner()
    print("outer got", value)
    yield from [10, 11]
    return "done"
g = outer()
print(next(g))  # expect: 1
print(g.send("hello"))
# expect: inner got hello
# expect: 2
print(g.throw(KeyError))
# expect: inner caught
# expect: outer got result
# expect: 10
print(next(g))  # expect: 11
try:
    next(g)
except StopIteration as stop:
    print("stopped with", stop.value)  # expect: stopped with done
def stop_inside():
    yield 1
    raise StopIteration
try:
    list(stop_inside())
except RuntimeError as error:
    print(error, type(error.__cause__).__name__)  # expect: generator raised StopIteration StopIteration
def squares(n):
    for i in range(n):
        yield i * i
print(sum(squares(5)), max(squares(5)), [*squares(3)], dict(enumerate(squares(2))))
# expect: 30 16 [0, 1, 4] {0: 0, 1: 1}
a, b, *c = squares(5)
print(a, b, c)  # expect: 0 1 [4, 9, 16]
def with_return():
    return 5
    yield
print(list(with_return()))  # expect: []
print((lambda: (yield 3))().__next__())  # expect: 3
def tree(n):
    if n:
        yield from tree(n - 1)
        yield n
        yield from tree(n - 1)
print(list(tree(3)))  # expect: [1, 2, 1, 3, 1, 2, 1]
g = (i for i in range(2))
print(next(g), next(g), next(g, "end"))  # expect: 0 1 end
