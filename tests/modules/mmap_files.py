# Memory maps: reading, writing, slices, resizing, what is refused, and threads that close one.
import mmap, os, tempfile, threading
with tempfile.TemporaryFile() as f:
    f.write(b"line one\nline two\nrest")
    f.flush()
    with mmap.mmap(f.fileno(), 0) as m:
        print(len(m), m.readline(), m.tell())   # expect: 22 b'line one\n' 9
        print(m.find(b"line"), m.find(b"line", 0), m.rfind(b"line"))  # expect: 9 0 9
        m[0:4] = b"LINE"
        print(m[:8], m[0], m[::-7], list(m)[:2])  # expect: b'LINE one' 76 b'tteL' [b'L', b'I']
        m.seek(-4, 2)
        print(m.read())                         # expect: b'rest'
        m.move(0, 18, 4)
        m.flush()
        m.resize(30)
        print(os.fstat(f.fileno()).st_size, m[:5])  # expect: 30 b'rest '
        view = memoryview(m)
        try:
            m.close()
        except BufferError as e:
            print(e)                            # expect: cannot close exported pointers exist
        view.release()
    try:
        m.read()
    except ValueError as e:
        print(e)                                # expect: mmap closed or invalid
    print(m)                                    # expect: <mmap.mmap closed=True>
    readonly = mmap.mmap(f.fileno(), 4, access=mmap.ACCESS_READ)
    try:
        readonly[0] = 1
    except TypeError as e:
        print(e)                                # expect: mmap can't modify a readonly memory map.

# Readers of a map that another thread closes see an error, never memory that is gone.
for _ in range(20):
    m = mmap.mmap(-1, 1 << 16)
    def read():
        try:
            while True:
                m.seek(0)
                m.read(1 << 15)
                m.find(b"x")
        except ValueError:
            pass
    threads = [threading.Thread(target=read) for _ in range(2)]
    for t in threads:
        t.start()
    m.close()
    for t in threads:
        t.join()
print("done")                                   # expect: done
