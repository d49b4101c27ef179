# A descriptor that is closed while another thread waits in it keeps its number until that thread is done, so that the
# thread cannot come to read from another file.
import io
import os
import socket
import threading
import time

def pipe():
    reader, writer = os.pipe()
    return io.FileIO(reader), reader, lambda: os.write(writer, b"x"), lambda file: file.read(1), lambda: os.close(writer)

def pair():
    ours, theirs = socket.socketpair()
    return ours, ours.fileno(), lambda: theirs.send(b"x"), lambda end: end.recv(1), theirs.close

def attempt(make):
    """What the thread read, whether the number was free meanwhile, and afterwards; None when it came too late to wait."""
    file, number, send, receive, end = make()
    got = []

    def body():
        try:
            got.append(receive(file))
        except (ValueError, OSError):
            got.append(None)

    thread = threading.Thread(target=body)
    thread.start()
    time.sleep(0.02)
    file.close()
    meanwhile = os.dup(1)
    try:
        send()
    except BrokenPipeError:
        pass
    thread.join()
    afterwards = os.dup(1)
    for descriptor in (meanwhile, afterwards):
        os.close(descriptor)
    end()
    return got[0] and (got[0], meanwhile == number, afterwards == number)

for make in (pipe, pair):
    print(next(filter(None, (attempt(make) for _ in range(200)))))
# expect: (b'x', False, True)
# expect: (b'x', False, True)
