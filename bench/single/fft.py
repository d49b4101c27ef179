# A fast Fourier transform in complex numbers, there and back.
from cmath import exp, pi

def fft(values, sign):
    n = len(values)
    if n == 1:
        return values
    even, odd = fft(values[::2], sign), fft(values[1::2], sign)
    turned = [exp(sign * 2j * pi * k / n) * odd[k] for k in range(n // 2)]
    return [a + b for a, b in zip(even, turned)] + [a - b for a, b in zip(even, turned)]

signal = [complex((i * 37) % 101, i % 7) for i in range(8192)]
back = fft(fft(signal, -1), 1)
assert max(abs(a - b / len(signal)) for a, b in zip(signal, back)) < 1e-9
