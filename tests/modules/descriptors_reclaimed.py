# Descriptors and memory of objects that nobody uses any more are had again when they are wanted.
# args: -W ignore $file
# needs: plain
import bz2, os, resource, select, socket
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
for i in range(200):
    open(__file__)
    socket.socket()
    socket.socketpair()
    select.epoll()
    next(os.scandir("."))
print("descriptors")  # expect: descriptors
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for i in range(200):
    bz2.BZ2Compressor().compress(b"x" * 100_000)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000)  # expect: True
