# args: $file one --two -c
import sys, os
print([os.path.basename(a) for a in sys.argv])  # expect: ['arguments.py', 'one', '--two', '-c']
