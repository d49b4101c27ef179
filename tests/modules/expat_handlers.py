# expat: handlers, attributes, errors, handlers that raise.
from xml.parsers import expat
p = expat.ParserCreate()
events = []
p.StartElementHandler = lambda name, attributes: events.append((name, attributes))
p.EndElementHandler = lambda name: events.append("/" + name)
p.CharacterDataHandler = lambda text: events.append(text)
p.CommentHandler = lambda text: events.append(("comment", text))
p.ProcessingInstructionHandler = lambda target, data: events.append((target, data))
p.buffer_text = True
print(p.Parse("<?go now?><a x='1' y='\u20ac'>one &amp; two<!--c--><b/></a>", True))  # expect: 1
print(events)  # expect: [('go', 'now'), ('a', {'x': '1', 'y': '€'}), 'one & two', ('comment', 'c'), ('b', {}), '/b', '/a']
p = expat.ParserCreate(namespace_separator=" ")
p.ordered_attributes = True
p.StartElementHandler = lambda name, attributes: print(name, attributes)
p.Parse(b"<x:a xmlns:x='urn:x' b='2' a='1'/>", True)  # expect: urn:x a ['b', '2', 'a', '1']
p = expat.ParserCreate("iso-8859-15")
p.CharacterDataHandler = print
p.Parse(b"<a>\xa4</a>", True)                   # expect: €
try:
    expat.ParserCreate().Parse("<a>\n <b></a>")
except expat.ExpatError as e:
    print(e, e.code, e.lineno, e.offset)        # expect: mismatched tag: line 2, column 6 7 2 6
    print(expat.errors.messages[e.code] == expat.errors.XML_ERROR_TAG_MISMATCH)  # expect: True
p = expat.ParserCreate()
def fail(name, attributes):
    raise KeyError(name)
p.StartElementHandler = fail
try:
    p.Parse("<a><b/></a>", True)
except KeyError as e:
    print(repr(e), p.StartElementHandler)       # expect: KeyError('a') None
p = expat.ParserCreate()
p.StartElementHandler = lambda name, attributes: p.Parse("<x/>")
try:
    p.Parse("<a/>")
except RuntimeError as e:
    print(e)                                    # expect: a parser cannot be told to parse by one of its own handlers
p = expat.ParserCreate()
p.ElementDeclHandler = lambda name, model: print(name, model)
p.Parse("<!DOCTYPE a [<!ELEMENT a (b|c)*>]><a/>", True)
# expect: a (5, 2, None, ((4, 0, 'b', ()), (4, 0, 'c', ())))
for value in (0, "x"):
    try:
        p.buffer_size = value
    except (ValueError, TypeError) as e:
        print(e)
# expect: buffer_size must be greater than zero
# expect: buffer_size must be an integer

# A parser that threads feed at once: whole tags arrive, or an error, and nothing worse.
import threading
p = expat.ParserCreate()
seen = []
p.StartElementHandler = lambda name, attributes: seen.append(name)
p.Parse("<all>")
threads = [threading.Thread(target=lambda: [p.Parse("<i></i>") for _ in range(200)]) for _ in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
p.Parse("</all>", True)
print(seen.count("i"))                          # expect: 600
