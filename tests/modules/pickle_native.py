# The native pickler writes what pickle.py's own writes, and both read it.
import io
import pickle
import threading


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __eq__(self, other):
        return (self.x, self.y) == (other.x, other.y)


shared = ['shared']
recursive = []
recursive.append((recursive, {'self': recursive}))
values = [None, True, 0, 255, 65535, -1, 2**31, -2**31, 2**70, -2**70, 1.5, float('inf'), 'text', 'é\ud800\n', b'bytes',
          bytearray(b'array'), (), (1,), (1, 2, 3, 4), [shared, shared], {'a': shared, 1: {}}, {3}, frozenset([4]),
          Point(1, Point(2, [])), len, Point, int, 'x' * 70000, list(range(3000)), dict.fromkeys(range(1500)), 3 + 4j]

same = back = 0
for protocol in range(6):
    for value in values:
        native = pickle.dumps(value, protocol)
        plain = pickle._dumps(value, protocol)
        if protocol == 0 or native == plain:
            same += 1
        else:
            print('differs', protocol, type(value), native[:60], plain[:60])
        if pickle._loads(native) == pickle.loads(plain) == pickle.loads(native) == value:
            back += 1
    copy = pickle.loads(pickle.dumps(recursive, protocol))
    assert copy[0][0] is copy and copy[0][1]['self'] is copy
print(same == 6 * len(values), back == 6 * len(values))   # expect: True True

# A file is left at the pickle's end, whatever it can do.
file = io.BytesIO(pickle.dumps(values) + pickle.dumps('second', 0) + b'rest')
print(pickle.load(file) == values, pickle.load(file), file.read())   # expect: True second b'rest'
reader = io.BufferedReader(io.BytesIO(pickle.dumps([1, 'two'], 2) + b'rest'))
print(pickle.load(reader), reader.read())                 # expect: [1, 'two'] b'rest'

for bad in b'', b'\x80\x05', b'.', b't.', b'X\xff\xff\xff\x7fab', b'(.', b'\x80\x63N.', b'g99\n.', b'\x95' + b'\xff' * 8:
    try:
        pickle.loads(bad)
    except Exception as error:
        print(type(error).__name__)
# expect: EOFError
# expect: EOFError
# expect: UnpicklingError
# expect: UnpicklingError
# expect: UnpicklingError
# expect: UnpicklingError
# expect: ValueError
# expect: UnpicklingError
# expect: OverflowError

# Buffers out of band come back as they were given.
buffers = []
data = pickle.dumps(pickle.PickleBuffer(bytearray(b'large')), 5, buffer_callback=buffers.append)
print(len(buffers), bytes(pickle.loads(data, buffers=buffers)))
# expect: 1 b'large'

# One pickler used by several threads: nothing is promised but that all end.
target = io.BytesIO()
pickler = pickle.Pickler(target)


def work():
    for i in range(200):
        pickler.dump([i, shared, 'text %d' % i])
        if i % 50 == 0:
            pickler.clear_memo()


threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(target.getvalue()) > 1000)                      # expect: True
