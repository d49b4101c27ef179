# The caret shows the whole of what is wrong, in characters, not bytes.
naïve = "é"
x = [naïve, "ü" naïve, 1]

# expect-stderr:   File "syntax_file_range.py", line 3
# expect-stderr:     x = [naïve, "ü" naïve, 1]
# expect-stderr:                 ^^^^^^^^^
# expect-stderr: SyntaxError: invalid syntax. Perhaps you forgot a comma?
# exit: 1
