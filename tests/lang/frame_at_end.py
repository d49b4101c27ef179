# A frame object that outlives its call has the locals of its last moment, also when the call ends by running off
# its end and something is collected just then.
import sys

class Box:
    def __init__(self, number):
        self.number = number

def leave(number, frames):
    box = Box(number)
    items = [Box(i) for i in range(number % 7)]
    frames.append(sys._getframe())
    if not items:
        return number
    for item in items:
        item.number += 1

frames = []
for number in range(2000):
    leave(number, frames)
good = 0
for number, frame in enumerate(frames):
    names = frame.f_locals
    good += names["box"].number == number and [b.number for b in names["items"]] == [
        i + (1 if number % 7 else 0) for i in range(number % 7)]
print(good)                     # expect: 2000
