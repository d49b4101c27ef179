# Methods of a subclass of str return str; the instance keeps attributes and identity.
class S(str):
    def __new__(cls, text, extra):
        self = super().__new__(cls, text)
        self.extra = extra
        return self
s = S("Hello", 5)
print(s, repr(s), s.extra, type(s).__name__, type(s + "x").__name__, type(s[:]).__name__, type(s.strip()).__name__)
print(s == "Hello", hash(s) == hash("Hello"), {"Hello": 1}[s], "%s" % s, f"{s:>7}", "".join([s]), type("".join([s])).__name__)
# expect: Hello 'Hello' 5 S str str str
# expect: True True 1 Hello   Hello Hello str
