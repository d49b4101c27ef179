# inspect.signature() of classes.
import inspect

# A docstring may begin with the signature of its class.
class Documented:
    """Documented(x, y=3)\n--\n\nText."""
class Heir(Documented):
    pass
class Undocumented:
    """Undocumented(x)\n\nText)\n--\n\n"""
print([c.__text_signature__ for c in (Documented, Heir, Undocumented)])     # expect: ['(x, y=3)', None, None]
print(inspect.signature(Heir))          # expect: (x, y=3)
