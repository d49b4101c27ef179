# Input that may still become right is told from input that cannot: what a REPL asks.
import codeop

for source in ("if x:", "if x:\n  y", "if x:\n  y\n", "x = (", "'''a", "x = \\", "for x in", "try:\n  x", "@a",
               "def f():\n  return 1\n", "[1,\n2", "f(a", "x", "x y", "'a", "a)", "if x:\n  y\n z", ""):
    try:
        print(ascii(source), "complete" if codeop.compile_command(source) else "incomplete")
    except SyntaxError as e:
        print(ascii(source), type(e).__name__, e.msg)
# expect: 'if x:' incomplete
# expect: 'if x:\n  y' incomplete
# expect: 'if x:\n  y\n' complete
# expect: 'x = (' incomplete
# expect: "'''a" incomplete
# expect: 'x = \\' incomplete
# expect: 'for x in' SyntaxError incomplete input
# expect: 'try:\n  x' incomplete
# expect: '@a' incomplete
# expect: 'def f():\n  return 1\n' complete
# expect: '[1,\n2' incomplete
# expect: 'f(a' incomplete
# expect: 'x' complete
# expect: 'x y' SyntaxError incomplete input
# expect: "'a" SyntaxError incomplete input
# expect: 'a)' SyntaxError unmatched ')'
# expect: 'if x:\n  y\n z' IndentationError unindent does not match any outer indentation level
# expect: '' complete
