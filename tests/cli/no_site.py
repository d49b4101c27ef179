# args: -S $file
import sys
print("site" in sys.modules)  # expect: False
