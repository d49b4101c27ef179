# Operations whose time must not grow faster than promised.
#
#   complexity.py [NAME...]          a table: seconds for the largest input, and how the time grew at each doubling
#   complexity.py --check [NAME...]  a line "ok NAME" or "not ok NAME - why" for each, for tests/complexity
#
# A case is a function of the size. `degree` is the exponent of what is promised: 1 for linear and n log n.
import collections
import io
import resource
import sys

cases = {}


def case(degree=1.0, most=1 << 22):
    """Registers a function of n; its size is never more than `most`."""
    def register(function):
        cases[function.__name__] = (function, degree, most)
        return function
    return register


# --- text and bytes ---------------------------------------------------------------------------------------

@case()
def str_append_local(n):
    s = ""
    for _ in range(n):
        s += "ab"


@case()
def str_append_attribute(n):
    class Holder:
        pass
    holder = Holder()
    holder.s = ""
    for _ in range(n):
        holder.s += "ab"


@case()
def str_append_item(n):
    d = {"k": ""}
    for _ in range(n):
        d["k"] += "ab"


@case()
def str_append_global(n):
    global text
    text = ""
    for _ in range(n):
        text += "ab"


@case()
def str_append_wide(n):
    s = "\u20ac"
    for _ in range(n):
        s = s + "ab"


@case()
def str_join(n):
    ",".join(["ab"] * n)


@case()
def str_split(n):
    ("ab " * n).split()


@case()
def str_split_separator(n):
    ("ab, " * n).split(", ")


@case()
def str_rsplit(n):
    ("ab, " * n).rsplit(", ")


@case()
def str_splitlines(n):
    ("ab\n" * n).splitlines()


@case()
def str_replace(n):
    ("ab" * n).replace("a", "xyz")


@case()
def str_count(n):
    ("ab" * n).count("ab")


@case()
def str_translate(n):
    ("ab" * n).translate({97: "xyz"})


@case()
def str_format(n):
    "{}{:>9}".format("ab" * n, 5)


@case()
def find_late_mismatch(n):
    ("a" * n).find("a" * (n // 2) + "b")


@case()
def find_early_mismatch(n):
    ("a" * n).find("b" + "a" * (n // 2))


@case()
def rfind_early_mismatch(n):
    ("a" * n).rfind("b" + "a" * (n // 2))


@case()
def find_wide_mismatch(n):
    ("\u20ac" * n).find("\u20ac" * (n // 2) + "b")


@case()
def count_mismatch(n):
    ("ab" * n).count("ab" * (n // 2) + "b")


@case()
def replace_mismatch(n):
    ("ab" * n).replace("ab" * (n // 2) + "b", "")


@case()
def bytes_find_mismatch(n):
    (b"a" * n).find(b"a" * (n // 2) + b"b")


@case()
def bytes_rfind_mismatch(n):
    (b"a" * n).rfind(b"b" + b"a" * (n // 2))


@case()
def bytearray_append(n):
    b = bytearray()
    for _ in range(n):
        b += b"ab"


@case()
def bytearray_delete_prefix(n):
    b = bytearray(2 * n)
    while b:
        del b[:2]


@case()
def bytearray_queue(n):
    b = bytearray(n)
    for _ in range(n):
        del b[:2]
        b += b"ab"


@case()
def stringio_write(n):
    stream = io.StringIO()
    for _ in range(n):
        stream.write("ab")
    stream.getvalue()


@case()
def stringio_lines(n):
    for _ in io.StringIO("ab\n" * n):
        pass


@case()
def bytesio_write(n):
    stream = io.BytesIO()
    for _ in range(n):
        stream.write(b"ab")
    stream.getvalue()


@case()
def bytesio_lines(n):
    for _ in io.BytesIO(b"ab\n" * n):
        pass


# --- containers -------------------------------------------------------------------------------------------

@case()
def list_append_pop(n):
    items = []
    for i in range(n):
        items.append(i)
    while items:
        items.pop()


@case()
def list_extend(n):
    items = []
    for i in range(n):
        items.extend((i, i))
        items += [i]


@case(degree=2.0, most=1 << 17)
def list_insert_front(n):
    items = []
    for i in range(n):
        items.insert(0, i)


@case()
def deque_both_ends(n):
    items = collections.deque()
    for i in range(n):
        items.append(i)
        items.appendleft(i)
    while items:
        items.pop()
        items.popleft()


@case()
def sort_shuffled(n):
    x, items = 1, []
    for _ in range(n):
        x = (x * 1103515245 + 12345) & 0x7FFFFFFF
        items.append(x)
    items.sort()


@case()
def sort_sorted(n):
    sorted(range(n))


@case()
def sort_by_key(n):
    sorted(range(n), key=lambda i: i * 7919 % 65521)


@case()
def dict_fill_and_empty(n):
    d = {}
    for i in range(n):
        d[i] = i
    for i in range(n):
        del d[i]


@case()
def dict_delete_first(n):
    d = dict.fromkeys(range(n))
    while d:
        del d[next(iter(d))]


@case()
def dict_queue(n):
    d = dict.fromkeys(range(1000))
    for i in range(n):
        d[i + 1000] = None
        del d[i]


@case()
def dict_popitem(n):
    d = dict.fromkeys(range(n))
    while d:
        d.popitem()


@case(most=1 << 17)  # beyond, the keys' upper bits are too few for CPython's order of probes
def dict_low_bits_equal(n):
    d = {}
    for i in range(n):
        d[i << 32] = None
    for i in range(n):
        d[i << 32]


@case()
def dict_float_keys(n):
    d = {i * 2.0 ** 40: None for i in range(n)}
    for key in d:
        d[key]


@case()
def dict_tuple_keys(n):
    d = {(i, -i): None for i in range(n)}
    for key in d:
        d[key]


@case()
def ordered_dict_pop_first(n):
    d = collections.OrderedDict.fromkeys(range(n))
    while d:
        d.popitem(last=False)


@case()
def ordered_dict_move(n):
    d = collections.OrderedDict.fromkeys(range(n))
    for i in range(n):
        d.move_to_end(i, last=i & 1)


@case()
def set_fill_and_empty(n):
    s = set()
    for i in range(n):
        s.add(i)
    while s:
        s.pop()


@case()
def set_queue(n):
    s = set(range(1000))
    for i in range(n):
        s.add(i + 1000)
        s.remove(i)


# --- integers ---------------------------------------------------------------------------------------------

@case(degree=1.6)
def int_multiply(n):
    a = 3 << n | 1
    a * a


@case(degree=1.6)
def int_to_decimal(n):
    str((1 << n) - 1)


@case(degree=1.6)
def int_from_decimal(n):
    int("7" * n)


@case()
def int_to_hexadecimal(n):
    int(hex(1 << n), 16)


# --- measuring --------------------------------------------------------------------------------------------

def seconds(function, n):
    """The processor time of one call."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    function(n)
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime - before


def best(function, n, runs=3):
    return min(seconds(function, n) for _ in range(runs))


def table(name):
    function, degree, most = cases[name]
    n = most >> 8
    while n < most >> 5 and best(function, n, 1) < 0.002:
        n *= 2
    times = []
    while n <= most and len(times) < 5:
        times.append(best(function, n))
        n *= 2
    ratios = "  ".join(f"{b / max(a, 1e-5):5.1f}" for a, b in zip(times, times[1:]))
    print(f"{name:24} {2 ** degree:6.1f} {times[-1]:10.4f}   {ratios}", flush=True)


SPAN = 16       # the check compares n with SPAN * n
TOLERANCE = 5   # and allows so many times the growth that is promised: the large input leaves the caches


def check(name):
    """None, or why the case grows too fast."""
    function, degree, most = cases[name]
    n = 256
    while n * SPAN * 2 <= most and best(function, n, 1) < 0.004:
        n *= 2
    allowed = SPAN ** degree * TOLERANCE
    for _ in range(3):
        small, large = max(best(function, n), 0.001), best(function, n * SPAN, 1)
        if large <= small * allowed:
            return None
    return f"{small:.4f} s for {n}, {large:.4f} s for {n * SPAN}: {large / small:.0f} times, at most {allowed:.0f}"


sys.set_int_max_str_digits(0)
arguments = sys.argv[1:]
checking = "--check" in arguments
for chosen in [a for a in arguments if not a.startswith("-")] or cases:
    if not checking:
        table(chosen)
    elif why := check(chosen):
        print(f"not ok {chosen} - {why}", flush=True)
    else:
        print(f"ok {chosen}", flush=True)
