# Classes made by the thousand: inheritance, metaclasses, __init_subclass__, super().
class Meta(type):
    made = 0
    def __new__(mcls, name, bases, namespace):
        Meta.made += 1
        return super().__new__(mcls, name, bases, {**namespace, "number": Meta.made})

class Base(metaclass=Meta):
    registry = []
    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        Base.registry.append(cls)
    def value(self):
        return 1

for i in range(2_400):
    class Left(Base):
        def value(self):
            return super().value() + 1
    class Right(Base):
        def value(self):
            return super().value() * 2
    class Both(Left, Right):
        def value(self):
            return super().value() + i
    assert Both().value() == 3 + i
    Base.registry.clear()
assert Meta.made == 7_201
