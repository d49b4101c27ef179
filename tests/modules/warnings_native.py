# Warnings: filters, registries, the module's functions.
import warnings
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("default")
    for i in range(3):
        warnings.warn("again")
    warnings.warn("other", DeprecationWarning)
    warnings.warn(UserWarning("instance"))
    warnings.warn_explicit("explicit", RuntimeWarning, "file.py", 7)
    print([(str(w.message), w.category.__name__, w.lineno) for w in seen])
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    for i in range(3):
        warnings.warn("always")
    print(len(seen))
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("once")
    for i in range(3):
        warnings.warn("once")
    warnings.warn("once")
    print(len(seen))
with warnings.catch_warnings():
    warnings.simplefilter("error")
    try:
        warnings.warn("raised", FutureWarning)
    except FutureWarning as e:
        print(repr(e))
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("ignore")
    warnings.filterwarnings("always", message="yes")
    warnings.warn("no")
    warnings.warn("yes, this")
    print([str(w.message) for w in seen])
try:
    warnings.warn("x", int)
except TypeError as e:
    print(e)

# expect: [('again', 'UserWarning', 6), ('other', 'DeprecationWarning', 7), ('instance', 'UserWarning', 8), ('explicit', 'RuntimeWarning', 7)]
# expect: 3
# expect: 1
# expect: FutureWarning('raised')
# expect: ['yes, this']
# expect: category must be a Warning subclass, not 'type'
