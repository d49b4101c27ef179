# The expression of a replacement field is shown as if it stood in parentheses.
name = 1
print(f"hello {name name}!")

# expect-stderr:   File "syntax_file_fstring.py", line 3
# expect-stderr:     (name name)
# expect-stderr:      ^^^^^^^^^
# expect-stderr: SyntaxError: f-string: invalid syntax. Perhaps you forgot a comma?
# exit: 1
