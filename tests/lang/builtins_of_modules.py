# __builtins__ is the module in __main__, and its dict elsewhere.
import builtins, os, types
print(__builtins__ is builtins, os.__builtins__ is vars(builtins))  # expect: True True
names = {}
exec("x = len([1])", names)
print(names["__builtins__"] is vars(builtins), names["x"])  # expect: True 1
restricted = {"__builtins__": {"eval": eval, "sorted": sorted}}
print(eval("sorted(eval('__builtins__', {}))", restricted))  # expect: ['eval', 'sorted']
