# env: PYTHON_GIL=1
import sys
print(sys._is_gil_enabled())  # expect: True
