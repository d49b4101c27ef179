# args: -I $file
import sys
print(sys.flags.isolated, sys.flags.ignore_environment, sys.flags.no_user_site)  # expect: 1 1 1
