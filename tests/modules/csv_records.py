# Comma-separated values.
import csv, io
print(list(csv.reader(['a,"b ""c""",d', '"x\n', 'y",z'])))   # expect: [['a', 'b "c"', 'd'], ['x\ny', 'z']]
print(list(csv.reader(["1,2", "3,x"], quoting=csv.QUOTE_ALL)))  # expect: [['1', '2'], ['3', 'x']]
print(list(csv.reader(['"a",2.5'], quoting=csv.QUOTE_NONNUMERIC)))  # expect: [['a', 2.5]]
out = io.StringIO()
w = csv.writer(out, lineterminator="\n")
w.writerow(["a,b", 'say "hi"', 1, None, 2.5, "line\nend"])
w.writerow([""])
print(repr(out.getvalue()))        # expect: '"a,b","say ""hi""",1,,2.5,"line\nend"\n""\n'
print([dict(r) for r in csv.DictReader(["k,v", "1,2"])])   # expect: [{'k': '1', 'v': '2'}]
try:
    list(csv.reader(['"a"b'], strict=True))
except csv.Error as error:
    print(error)                   # expect: ',' expected after '"'
