# One table as CSV, JSON, XML, INI and a property list, there and back.
import configparser
import csv
import io
import json
import plistlib
import xml.etree.ElementTree as ET
from xml.dom import minidom

TABLE = """name,age,quote
Ada,36,"She said ""yes"", then left"
Grüße,7,"two
lines"
empty,0,
"""
rows = list(csv.DictReader(io.StringIO(TABLE)))
print(json.dumps(rows, indent=1, ensure_ascii=False))

root = ET.Element("people", {"count": str(len(rows))})
for row in rows:
    person = ET.SubElement(root, "person", age=row["age"])
    ET.SubElement(person, "name").text = row["name"]
    ET.SubElement(person, "quote").text = row["quote"]
ET.indent(root)
text = ET.tostring(root, encoding="unicode")
print(text)
again = ET.fromstring(text)
print([(p.get("age"), p.findtext("name"), p.findtext("quote")) for p in again.iterfind("person")] ==
      [(r["age"], r["name"], r["quote"]) for r in rows])
print(again.find(".//person[@age='7']/name").text, len(list(again.iter())))
print(minidom.parseString(text.encode()).documentElement.getElementsByTagName("name")[0].toxml())
try:
    ET.fromstring("<a><b></a>")
except ET.ParseError as error:
    print(error, error.position)

out = io.StringIO()
writer = csv.DictWriter(out, ["name", "age", "quote"], quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
writer.writeheader()
for row in json.loads(json.dumps(rows)):
    writer.writerow({**row, "age": int(row["age"])})
print(out.getvalue())

config = configparser.ConfigParser()
for row in rows:
    config[row["name"]] = {"age": row["age"], "double": "%(age)s%(age)s"}
out = io.StringIO()
config.write(out)
print(out.getvalue())
config = configparser.ConfigParser()
config.read_string(out.getvalue())
print(config.sections(), config.getint("Ada", "double"), config.get("Ada", "none", fallback="nothing"))

data = plistlib.dumps({"rows": rows, "n": 3, "raw": b"\0\xff", "flag": True}, sort_keys=True)
print(data.decode())
print(plistlib.loads(data)["rows"] == rows, plistlib.loads(plistlib.dumps({"a": [1, 2.5]}, fmt=plistlib.FMT_BINARY)))
