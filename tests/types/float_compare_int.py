# A float and an int compare by their exact values, however large.
print(2 ** 53 == 2.0 ** 53, 2 ** 53 + 1 == 2.0 ** 53, 2 ** 53 + 1 > 2.0 ** 53, 2.0 ** 53 < 2 ** 53 + 1)
# expect: True False True True
print(10 ** 400 > 1.7e308, 10 ** 400 < float("inf"), -(10 ** 400) > -float("inf"), 10 ** 400 == float("nan"))
# expect: True True True False
print(2 ** 64 <= 1.8446744073709552e19, 2 ** 64 - 1 < 1.8446744073709552e19, 2 ** 100 + 1 != 2.0 ** 100)
# expect: True True True
print(1 == 1.0, 1 < 1.5, 2 > 1.5, 0 == -0.0, True == 1.0, {1: "a"}[1.0], 0.5 < False)
# expect: True True True True True a False
print(sorted([3, 2.5, 2 ** 60, 2.0 ** 60 + 512, -1, -1.5]))
# expect: [-1.5, -1, 2.5, 3, 1152921504606846976, 1.1529215046068475e+18]
nan = float("nan")
print(nan == nan, nan != nan, nan < 1, 1 < nan, [nan] == [nan], nan in [nan])
# expect: False True False False True True
