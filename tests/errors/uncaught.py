# An uncaught exception ends the program with status 1.
# expect: before
# expect-error: ValueError: at the end
# exit: 1
print("before")
raise ValueError("at the end")
