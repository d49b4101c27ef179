# A file that is no program is not run at all.
print("never")


def f(x)
    return x

# expect-stderr:   File "syntax_file_colon.py", line 5
# expect-stderr:     def f(x)
# expect-stderr:             ^
# expect-stderr: SyntaxError: expected ':'
# exit: 1
