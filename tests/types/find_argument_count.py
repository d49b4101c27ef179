# Methods that search tell a wrong number of arguments in words of their own.
for text in "a", b"a", bytearray():
    for name in "find", "rfind", "index", "rindex", "count", "startswith", "endswith":
        for arguments in (), (1, 2, 3, 4):
            try:
                getattr(text, name)(*arguments)
            except TypeError as e:
                most = "at most 3 arguments (4 given)" if arguments else "at least 1 argument (0 given)"
                assert str(e) == f"{name}() takes {most}", e
            else:
                assert False
print("same for all")  # expect: same for all
try:
    "a".replace("b")
except TypeError as e:
    print(e)  # expect: replace expected at least 2 arguments, got 1
