# command: "$weft" -X warn_default_encoding "$file"; PYTHONWARNDEFAULTENCODING=1 "$weft" -c 'import sys, io; print(sys.flags.warn_default_encoding); io.TextIOWrapper(io.BytesIO())'; "$weft" -W error::EncodingWarning -X warn_default_encoding -c 'open("/dev/null", "rb"); open("/dev/null", encoding="ascii"); open("/dev/null")' 2>&1 | tail -n 1
# EncodingWarning (PEP 597) tells where text is opened with no encoding given, when that is asked for.
import io
import sys
import warnings

print(sys.flags.warn_default_encoding)
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    open("/dev/null").close()
    io.TextIOWrapper(io.BytesIO())
    open("/dev/null", encoding="locale").close()
    open("/dev/null", "rb").close()

    def library(encoding=None):
        return io.text_encoding(encoding)

    library()
    library("utf-8")
for w in seen:
    print(w.category.__name__, w.message, w.lineno)
# expect: 1
# expect: EncodingWarning 'encoding' argument not specified 10
# expect: EncodingWarning 'encoding' argument not specified 11
# expect: EncodingWarning 'encoding' argument not specified 18
# expect: 1
# expect: EncodingWarning: 'encoding' argument not specified
# expect-stderr: <string>:1: EncodingWarning: 'encoding' argument not specified
