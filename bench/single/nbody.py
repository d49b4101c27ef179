# N bodies: five masses under each other's gravity; the energy is conserved.
from math import sqrt

SOLAR_MASS, DAYS = 39.47841760435743, 365.24
# position (AU), velocity (AU a year), mass (of the sun, scaled): approximate elements of the giant planets
BODIES = [
    [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], SOLAR_MASS],
    [[4.84, -1.16, -0.10], [0.00166 * DAYS, 0.00770 * DAYS, -0.0000690 * DAYS], 0.000955 * SOLAR_MASS],
    [[8.34, 4.12, -0.40], [-0.00277 * DAYS, 0.00500 * DAYS, 0.0000230 * DAYS], 0.000286 * SOLAR_MASS],
    [[12.89, -15.11, -0.22], [0.00296 * DAYS, 0.00238 * DAYS, -0.0000297 * DAYS], 0.0000437 * SOLAR_MASS],
    [[15.38, -25.92, 0.18], [0.00268 * DAYS, 0.00163 * DAYS, -0.0000952 * DAYS], 0.0000515 * SOLAR_MASS],
]
PAIRS = [(a, b) for i, a in enumerate(BODIES) for b in BODIES[i + 1:]]

def advance(step, turns):
    for _ in range(turns):
        for (p, v, m), (q, w, n) in PAIRS:
            dx, dy, dz = p[0] - q[0], p[1] - q[1], p[2] - q[2]
            pull = step / ((dx * dx + dy * dy + dz * dz) ** 1.5)
            v[0] -= dx * n * pull
            v[1] -= dy * n * pull
            v[2] -= dz * n * pull
            w[0] += dx * m * pull
            w[1] += dy * m * pull
            w[2] += dz * m * pull
        for p, v, _m in BODIES:
            p[0] += step * v[0]
            p[1] += step * v[1]
            p[2] += step * v[2]

def energy():
    total = sum(m * sum(x * x for x in v) / 2 for _p, v, m in BODIES)
    for (p, _v, m), (q, _w, n) in PAIRS:
        total -= m * n / sqrt(sum((a - b) ** 2 for a, b in zip(p, q)))
    return total

before = energy()
advance(0.001, 12_000)
assert abs(energy() - before) < 1e-4 * abs(before)
