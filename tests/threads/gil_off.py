# By default there is no lock around the interpreter.
import sys
print(sys._is_gil_enabled())  # expect: False
