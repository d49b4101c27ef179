# Type comments are in the tree where they are asked for, and are comments elsewhere (PEP 484).
import ast

source = '''
x = []  # type: list[int]
for i in x:  # type: int
    pass  # type: ignore[misc]
with x as y:  # type: str
    pass
def f(a,  # type: int
      *b  # type: str
      ):
    # type: (...) -> bool
    pass
'''
tree = ast.parse(source, type_comments=True)
for node in ast.walk(tree):
    if getattr(node, "type_comment", None):
        print(type(node).__name__, node.lineno, node.type_comment)
print([(ignore.lineno, ignore.tag) for ignore in tree.type_ignores])
# expect: Assign 2 list[int]
# expect: For 3 int
# expect: With 5 str
# expect: FunctionDef 7 (...) -> bool
# expect: arg 7 int
# expect: arg 8 str
# expect: [(4, '[misc]')]
try:
    print(len(ast.parse(source).type_ignores))
except SyntaxError as e:
    print(e)
# expect: 0
