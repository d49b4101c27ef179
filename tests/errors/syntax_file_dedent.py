if True:
        x = 1
    y = 2

# expect-stderr:   File "syntax_file_dedent.py", line 3
# expect-stderr:     y = 2
# expect-stderr:          ^
# expect-stderr: IndentationError: unindent does not match any outer indentation level
# exit: 1
