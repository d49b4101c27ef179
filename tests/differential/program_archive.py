# Packs a tree of files in several formats and looks at what comes out.
import hashlib
import io
import os
import shutil
import tarfile
import tempfile
import zipfile


def tree(folder):
    result = {}
    for path, folders, files in sorted(os.walk(folder)):
        for name in sorted(files):
            full = os.path.join(path, name)
            with open(full, "rb") as f:
                result[os.path.relpath(full, folder)] = hashlib.sha256(f.read()).hexdigest()[:12]
    return result


with tempfile.TemporaryDirectory() as work:
    source = os.path.join(work, "source")
    os.makedirs(os.path.join(source, "deep", "er"))
    for name, data in {"a.txt": b"hello\n" * 100, "deep/b.bin": bytes(range(256)) * 40, "deep/er/ünï.txt": b"",
                       "deep/er/large": b"".join(b"%d," % i for i in range(20000))}.items():
        with open(os.path.join(source, name), "wb") as f:
            f.write(data)
    wanted = tree(source)
    print(wanted)
    for mode in ("", "gz", "bz2", "xz"):
        path = os.path.join(work, "t.tar." + mode)
        with tarfile.open(path, "w:" + mode) as tar:
            tar.add(source, "root")
        with tarfile.open(path) as tar:
            print(mode, sorted(tar.getnames()), tar.getmember("root/a.txt").size)
            target = os.path.join(work, "out" + mode)
            tar.extractall(target)
        print(tree(os.path.join(target, "root")) == wanted, os.path.getsize(path) > 1000)
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", method) as z:
            for name in wanted:
                z.write(os.path.join(source, name), name)
            z.writestr(zipfile.ZipInfo("extra/", (2020, 1, 2, 3, 4, 6)), b"")
            z.comment = b"a comment"
        with zipfile.ZipFile(buffer) as z:
            print(method, z.testzip(), z.comment, [(i.filename, i.file_size, i.CRC) for i in z.infolist()])
            with z.open("a.txt") as f:
                print(f.readline(), f.read(3), f.tell())
        data = bytearray(buffer.getvalue())
        data[60] ^= 255
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as z:
                print("broken:", z.testzip())
        except Exception as error:
            print("broken:", type(error).__name__)
    made = shutil.make_archive(os.path.join(work, "made"), "zip", source)
    shutil.unpack_archive(made, os.path.join(work, "unpacked"))
    print(os.path.basename(made), tree(os.path.join(work, "unpacked")) == wanted)
