# round() is correctly rounded: by the exact value of the float, halves to even.
print(round(0.5), round(1.5), round(2.5), round(-0.5), round(-1.5), round(1e20))
# expect: 0 2 2 0 -2 100000000000000000000
print(round(2.675, 2), round(2.5, 0), round(0.125, 2), round(0.375, 2), round(1234.5678, -2))
# expect: 2.67 2.0 0.12 0.38 1200.0
print(round(150.0, -2), round(250.0, -2), round(75.0, -2), round(50.0, -2), round(50.1, -2), round(5e22, -23))
# expect: 200.0 200.0 100.0 0.0 100.0 0.0
print(round(1e300, -400), round(-1.5, 400), round(5e-324, 323), round(1.1, 20))
# expect: 0.0 -1.5 0.0 1.1
print(round(float("inf"), 2), round(-0.4, 0))  # expect: inf -0.0
for x in ("nan", "inf"):
    try:
        round(float(x))
    except Exception as e:
        print(type(e).__name__, e)
# expect: ValueError cannot convert float NaN to integer
# expect: OverflowError cannot convert float infinity to integer
try:
    round(1.7e308, -308)
except OverflowError as e:
    print(e)  # expect: rounded value too large to represent
