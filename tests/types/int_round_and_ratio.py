# round() of ints is exact and sends halves to the even neighbour.
print(round(15, -1), round(25, -1), round(-25, -1), round(-35, -1), round(149, -2), round(150, -2))
# expect: 20 20 -20 -40 100 200
print(round(5 * 10 ** 30, -31), round(15 * 10 ** 30, -31), round(7, -1), round(7, 3), round(1, -100))
# expect: 0 20000000000000000000000000000000 10 7 0
print((7).as_integer_ratio(), (7).numerator, (7).denominator, (7).conjugate(), (-7).imag)
# expect: (7, 1) 7 1 7 0
import math
print(math.floor(5), math.ceil(5), math.trunc(-5), (-5).__floor__())  # expect: 5 5 -5 -5
