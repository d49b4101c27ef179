# Finds words in files with threads: a pool, a queue, pickles, compression, checksums, temporary files.
import base64
import binascii
import collections
import concurrent.futures
import copy
import glob
import gzip
import hashlib
import hmac
import io
import os
import pathlib
import pickle
import queue
import re
import struct
import tempfile
import threading
import unicodedata
import zlib

WORD = re.compile(r"\b[^\W\d_]{3,}\b")
TEXTS = {"one.txt": "The cat and the hat; thé naïve Café.\n" * 30, "two.txt": "A dog, a cat, 3 hats & CAFÉ\n" * 20,
         "sub/three.txt": "".join(f"word{i} cat{'s' * (i % 2)} " for i in range(100)), "sub/none.dat": "cat"}


def fold(word):
    return "".join(c for c in unicodedata.normalize("NFD", word.casefold()) if not unicodedata.combining(c))


def index(path):
    counter = collections.Counter()
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            counter.update(fold(m.group()) for m in WORD.finditer(line))
    return path.name, counter


with tempfile.TemporaryDirectory() as folder:
    root = pathlib.Path(folder)
    for name, text in TEXTS.items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    files = sorted(root.rglob("*.txt"))
    print([f.relative_to(root).as_posix() for f in files], len(glob.glob("**/*", root_dir=folder, recursive=True)))
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        found = dict(pool.map(index, files))
    total = sum(found.values(), collections.Counter())
    print(sorted(total.items(), key=lambda item: (-item[1], item[0]))[:6])
    blob = pickle.dumps({name: dict(sorted(c.items())) for name, c in sorted(found.items())}, 4)
    packed = gzip.compress(blob, mtime=0)
    print(pickle.loads(gzip.decompress(packed)) == {n: dict(c) for n, c in found.items()}, zlib.crc32(blob), binascii.crc32(b"x", 7))
    (root / "index.gz").write_bytes(packed)
    with gzip.open(root / "index.gz") as f:
        print(hashlib.blake2b(f.read(), digest_size=8).hexdigest() == hashlib.blake2b(blob, digest_size=8).hexdigest())

results, jobs = queue.PriorityQueue(), queue.Queue(5)


def work():
    while (job := jobs.get()) is not None:
        results.put((job, hmac.new(b"key", b"%d" % job, "sha256").hexdigest()[:8]))
        jobs.task_done()
    jobs.task_done()


threads = [threading.Thread(target=work) for _ in range(3)]
for t in threads:
    t.start()
for n in [*range(12), None, None, None]:
    jobs.put(n)
jobs.join()
print([results.get() for _ in range(12)])

record = struct.Struct("<HI8sd?")
data = b"".join(record.pack(i, i * i, b"n%d" % i, i / 3, i % 2) for i in range(3))
print(record.size, [record.unpack_from(data, i * record.size) for i in range(3)], base64.b85encode(data[:10]))


class Node:
    def __init__(self, name, parent=None):
        self.name, self.parent, self.children = name, parent, []
        if parent:
            parent.children.append(self)

    def __reduce_ex__(self, protocol):
        return super().__reduce_ex__(protocol)


top = Node("top")
for i in range(3):
    Node(f"n{i}", top)
again = pickle.loads(pickle.dumps(top))
clone = copy.deepcopy(top)
print([c.name for c in again.children], again.children[0].parent is again, clone.children[1].parent is clone)
print(io.TextIOWrapper(io.BytesIO(b"a\r\nb\rc\n"), newline=None).readlines(), os.path.commonpath(["/a/b/c", "/a/b/d"]))
