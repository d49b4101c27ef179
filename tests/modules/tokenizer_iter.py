# _tokenize.TokenizerIter: the parser's own tokens, with the numbers of the module token.
import token
from _tokenize import TokenizerIter


def show(source):
    tokens = TokenizerIter(source)
    try:
        for text, number, line, end_line, column, end_column, whole in tokens:
            print(f"{token.tok_name[number]} {text!r} {line},{column}-{end_line},{end_column}")
    except SyntaxError as error:
        print(type(error).__name__, error.msg)


show("if x:  # why\n  é += 'a' \\\n    ...\n")
# expect: NAME 'if' 1,0-1,2
# expect: NAME 'x' 1,3-1,4
# expect: COLON ':' 1,4-1,5
# expect: NEWLINE '# why' 1,7-1,12
# expect: INDENT '' 2,-1-2,-1
# expect: NAME 'é' 2,2-2,4
# expect: PLUSEQUAL '+=' 2,5-2,7
# expect: STRING "'a'" 2,8-2,11
# expect: ELLIPSIS '...' 3,4-3,7
# expect: NEWLINE '' 3,7-3,7
# expect: DEDENT '' 3,-1-3,-1
show('async f"{a}"\n')
# expect: ASYNC 'async' 1,0-1,5
# expect: STRING 'f"{a}"' 1,6-1,12
# expect: NEWLINE '' 1,12-1,12
show("a = 0_")
# expect: NAME 'a' 1,0-1,1
# expect: EQUAL '=' 1,2-1,3
# expect: SyntaxError invalid decimal literal
print(list(TokenizerIter("")), next(TokenizerIter("x = 1"))[6:])  # expect: [] ('x = 1\n',)
try:
    TokenizerIter(b"x")
except TypeError as error:
    print(error)  # expect: tokenizeriter() argument 'source' must be str, not bytes
