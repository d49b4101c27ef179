# args: -O $file
assert False
print(__debug__)  # expect: False
