# The events of a trace function, statement by statement.
from _tracing import events


def branches(x):
    if x == 1:
        a = 1
    elif x == 2:
        pass
    else:
        b = 1
events(branches, 1)
# expect: branches: 0 call branches, 1, 2, 2 return branches
events(branches, 2)
# expect: branches: 0 call branches, 1, 3, 4, 4 return branches
events(branches, 3)
# expect: branches: 0 call branches, 1, 3, 6, 6 return branches


def nested_branches(x):
    if x:
        if x == 2:
            a = 1
        else:
            b = 1
    else:
        c = 1
events(nested_branches, 0)
# expect: nested_branches: 0 call nested_branches, 1, 7, 7 return nested_branches
events(nested_branches, 1)
# expect: nested_branches: 0 call nested_branches, 1, 2, 5, 5 return nested_branches
events(nested_branches, 2)
# expect: nested_branches: 0 call nested_branches, 1, 2, 3, 3 return nested_branches


def last_branch(x):
    if x:
        if x == 2:
            a = 1
events(last_branch, 0)
# expect: last_branch: 0 call last_branch, 1, 1 return last_branch
events(last_branch, 1)
# expect: last_branch: 0 call last_branch, 1, 2, 2 return last_branch


def constant_conditions():
    if 1:
        a = 1
    if 0:
        b = 1
    else:
        c = 1
    while 0:
        pass
events(constant_conditions)
# expect: constant_conditions: 0 call constant_conditions, 1, 2, 3, 6, 7, 7 return constant_conditions


def for_loop():
    for i in range(2):
        a = i
    else:
        b = 1
    for i in range(2):
        pass
    for i in range(2): a = i
events(for_loop)
# expect: for_loop: 0 call for_loop, 1, 2, 1, 2, 1, 4, 5, 6, 5, 6, 5, 7, 7, 7, 7 return for_loop


def while_loop():
    n = 3
    while n:
        n -= 1
        if n == 2:
            continue
        if n == 1:
            break
    else:
        n = 9
events(while_loop)
# expect: while_loop: 0 call while_loop, 1, 2, 3, 4, 5, 2, 3, 4, 6, 7, 7 return while_loop


def endless_loop():
    n = 0
    while True:
        n += 1
        if n == 1:
            continue
        break
events(endless_loop)
# expect: endless_loop: 0 call endless_loop, 1, 2, 3, 4, 5, 2, 3, 4, 6, 6 return endless_loop


def break_on_its_line():
    for i in range(3):
        if i == 1: break
    for i in range(3):
        if i == 1:
            break
events(break_on_its_line)
# expect: break_on_its_line: 0 call break_on_its_line, 1, 2, 1, 2, 3, 4, 3, 4, 5, 5 return break_on_its_line


def only_pass():
    pass
events(only_pass)
# expect: only_pass: 0 call only_pass, 1, 1 return only_pass


def passes():
    pass
    pass
    a = 1
    pass
events(passes)
# expect: passes: 0 call passes, 1, 2, 3, 4, 4 return passes


def constants():
    "docstring"
    1
    ...
    a = 1
events(constants)
# expect: constants: 0 call constants, 2, 3, 4, 4 return constants


def only_docstring():
    "docstring"
events(only_docstring)
# expect: only_docstring: 0 call only_docstring, 0, 0 return only_docstring


def declarations():
    global somewhere
    somewhere = 1
    a: int
    b: int = 2
events(declarations)
# expect: declarations: 0 call declarations, 2, 4, 4 return declarations


def returns(x):
    if x == 1:
        return
    elif x == 2:
        return 2
    return (
        x + 1)
events(returns, 1)
# expect: returns: 0 call returns, 1, 2, 2 return returns
events(returns, 2)
# expect: returns: 0 call returns, 1, 3, 4, 4 return returns
events(returns, 3)
# expect: returns: 0 call returns, 1, 3, 6, 5, 5 return returns


def calls(f=len):
    f(
        "a"
    )
    return sorted(
        [2, 1],
        key=abs,
    )
events(calls)
# expect: calls: 0 call calls, 1, 2, 1, 4, 5, 6, 4, 4 return calls


def assertions():
    assert True
    assert len("a"), "no"
    assert len(""), (
        "no")
events(assertions)
# expect: assertions: 0 call assertions, 1, 2, 3, 4, 3, 3 AssertionError, 3 return assertions


def deletions():
    a, b = [1, 2], 3
    del a[0]
    del a, b
events(deletions)
# expect: deletions: 0 call deletions, 1, 2, 3, 3 return deletions


def imports():
    import os
    from os import (path,
                    sep)
    import os.path as p
events(imports)
# expect: imports: 0 call imports, 1, 2, 4, 4 return imports


def matching(v):
    match v:
        case 1:
            a = 1
        case (x, y) if x == y:
            pass
        case str():
            b = 2
        case _:
            c = 3
events(matching, 1)
# expect: matching: 0 call matching, 1, 2, 3, 3 return matching
events(matching, (1, 1))
# expect: matching: 0 call matching, 1, 2, 4, 5, 5 return matching
events(matching, (1, 2))
# expect: matching: 0 call matching, 1, 2, 4, 6, 8, 9, 9 return matching
events(matching, "x")
# expect: matching: 0 call matching, 1, 2, 4, 6, 7, 7 return matching


def decorator(f):
    return f


def definitions():
    @decorator
    @decorator
    def f(a, b=1):
        return a
    f(1)

    class C:
        "docstring"
        a = 1
        def m(self): pass
    g = lambda: 3
    g()
events(definitions)
# expect: definitions: 0 call definitions, 1, 2, 3, 2, 0 call decorator, 1, 1 return decorator, 1, 0 call decorator, 1, 1 return decorator, 3, 5, 0 call f, 3, 3 return f, 7, 0 call C, 0, 1, 2, 3, 3 return C, 11, 12, 0 call <lambda>, 0, 0 return <lambda>, 12 return definitions


def captured():
    a = 1
    b = 2
    def f():
        return a, b
    return f()
events(captured)
# expect: captured: 0 call captured, 1, 2, 3, 5, 0 call f, 1, 1 return f, 5 return captured


def comprehension():
    a = [i for i in range(2)]
    b = {i: 1 for i in range(1)
         if len("a")}
    return sum(i for i in range(1))
events(comprehension)
# expect: comprehension: 0 call comprehension, 1, 0 call <listcomp>, 0, 0, 0, 0 return <listcomp>, 2, 0 call <dictcomp>, 0, 1, 0, 0, 0 return <dictcomp>, 4, 0 call <genexpr>, 0, 0 return <genexpr>, 0 call <genexpr>, 0, 0 return <genexpr>, 4 return comprehension


def numbers():
    x = yield 1
    yield 2


def generator():
    for x in numbers():
        a = x
events(generator)
# expect: generator: 0 call generator, 1, 0 call numbers, 1, 1 return numbers, 2, 1, 1 call numbers, 2, 2 return numbers, 2, 1, 2 call numbers, 2 return numbers, 1 return generator


def delegating():
    r = yield from numbers()
    return r


def delegation():
    list(delegating())
events(delegation)
# expect: delegation: 0 call delegation, 1, 0 call delegating, 1, 0 call numbers, 1, 1 return numbers, 1 return delegating, 1 call delegating, 1 call numbers, 2, 2 return numbers, 1 return delegating, 1 call delegating, 2 call numbers, 2 return numbers, 2, 2 return delegating, 1 return delegation
