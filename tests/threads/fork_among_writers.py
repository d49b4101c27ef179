# A child of a fork finds no lock held by threads that it does not have, whatever they were doing.
# timeout: 60
import os
import sys
import threading

shared = {}
stop = False


def write(k):
    i = 0
    while not stop:
        i += 1
        shared[k, i % 300] = [i] * 3
        sys.intern("name%d" % (i % 5000))
        globals()["v%d" % (i % 700)] = i


threads = [threading.Thread(target=write, args=(k,)) for k in range(4)]
for t in threads: t.start()
statuses = set()
for i in range(12):
    pid = os.fork()
    if pid == 0:
        shared["child"] = 1
        sys.intern("child%d" % i)
        globals()["child%d" % i] = 1
        import fractions
        os._exit(7)
    statuses.add(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
stop = True
for t in threads: t.join()
print(statuses)    # expect: {7}
