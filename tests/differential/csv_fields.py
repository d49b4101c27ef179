# CSV fields with and without what a dialect gives a meaning to, written and read again.
import csv
import io

rows = [[1, -2.5, 1e300, float("nan"), None, True, 10**30, "a b", 'q"q', "n\nl", "c,c", "é;ж😀", "", "x" * 500],
        ["", ""], [0], [-0.0, -7], ["\r"], ["esc\\x"]]


def both_ways(**dialect):
    file = io.StringIO()
    try:
        csv.writer(file, **dialect).writerows(rows)
        print(repr(file.getvalue()))
        file.seek(0)
        print(list(csv.reader(file, **dialect)))
    except (csv.Error, ValueError) as error:
        print(type(error).__name__, error)


for dialect in ({}, {"delimiter": ";"}, {"quoting": csv.QUOTE_ALL}, {"quoting": csv.QUOTE_NONNUMERIC},
                {"quoting": csv.QUOTE_NONE, "escapechar": "\\"}, {"delimiter": "1"}, {"delimiter": "-"},
                {"delimiter": "ж"}, {"quotechar": "é"}, {"lineterminator": "5\n"},
                {"doublequote": False, "escapechar": "\\"}, {"quoting": csv.QUOTE_NONE}):
    both_ways(**dialect)

csv.field_size_limit(5)
for line in ("abcde,f\n", "abcdef\n", '"abc"",def"\n', '"abcdef"\n'):
    try:
        print(list(csv.reader([line])))
    except csv.Error as error:
        print(error)
csv.field_size_limit(131072)
for lines in (['a"b,"c"d\n'], ['"a\n', 'b",c\n'], ["a\rb\n"], ["a\0b\n"], ['"unclosed\n'], ["a\\,b,\\\n", "c\n"]):
    for strict in (False, True):
        for escape in (None, "\\"):
            try:
                print(list(csv.reader(lines, strict=strict, escapechar=escape)))
            except csv.Error as error:
                print(error)
