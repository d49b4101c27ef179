# What breakpoint.py runs.
def f():
    x = 5
    breakpoint()
    return x


print("went on", f())
