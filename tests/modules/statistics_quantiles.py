# The quantiles of the normal distribution.
from statistics import NormalDist, mean, stdev
d = NormalDist(100, 15)
print([d.inv_cdf(p) for p in (0.001, 0.025, 0.5, 0.975, 1e-10)], mean([1, 2, 3.5]), round(stdev([1, 2, 4]), 10))
# expect: [53.6465154074828, 70.60054023189919, 100.0, 129.3994597681008, 4.579886463939161] 2.1666666666666665 1.5275252317
from _statistics import _normal_dist_inv_cdf
try:
    _normal_dist_inv_cdf(0.0, 1.0, 1.0)
except ValueError as e:
    print(e)  # expect: inv_cdf undefined for these parameters
