# The generator gives the sequences that CPython gives for the same seeds.
import random
r = random.Random(42)
print(r.random(), r.random(), r.getrandbits(10), r.getrandbits(100), r.randrange(10 ** 30), r.choice("abc"))
# expect: 0.6394267984578837 0.025010755222666936 281 882565121070403957190206503824 522152611743920550222071931956 a
print(random.Random("text").random(), random.Random(b"bytes").random(), random.Random(-7).random(), random.Random(2 ** 200 + 1).random(), random.Random(1.5).random())
# expect: 0.8711565613554825 0.37075677971469856 0.32383276483316237 0.008382371505875064 0.551763726942059
r.seed(1)
state = r.getstate()
a = [r.random() for _ in range(1000)]
r.setstate(state)
print(a == [r.random() for _ in range(1000)], state[1][-1], len(state[1]))  # expect: True 624 625
r.seed(5)
x = list(range(20))
r.shuffle(x)
print(x, r.sample(range(1000), 5), r.gauss(0, 1), r.getrandbits(0))
# expect: [4, 9, 6, 5, 14, 17, 18, 1, 2, 15, 10, 3, 12, 7, 13, 0, 16, 11, 8, 19] [587, 255, 13, 748, 221] -0.5313311631557914 0
for bad in (-1, "a"):
    try:
        r.getrandbits(bad)
    except Exception as e:
        print(type(e).__name__, e)
# expect: ValueError number of bits must be non-negative
# expect: TypeError 'str' object cannot be interpreted as an integer
import _random
try:
    _random.Random().setstate((1, 2))
except ValueError as e:
    print(e)  # expect: state vector is the wrong size
