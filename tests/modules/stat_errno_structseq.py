# Small modules: _stat, errno, named tuples of C.
import errno
import stat
import sys
import time
print(errno.ENOENT, errno.errorcode[errno.EAGAIN], errno.errorcode[2], errno.EWOULDBLOCK == errno.EAGAIN)
print(stat.filemode(0o100644), stat.filemode(0o41777), stat.filemode(0o104755), stat.S_ISDIR(0o40000), stat.S_IMODE(0o100644))
t = time.gmtime(0)
print(t, t.tm_year, t[0], len(t), t.n_fields, t.tm_zone, tuple(t) == t, t == time.gmtime(0))
print(type(t)(range(9)), hash(t) == hash(tuple(t)))
for bad in range(5), 5, range(20):
    try:
        time.struct_time(bad)
    except TypeError as e:
        print(e)
print(t.__reduce__()[1][0], time.struct_time.__match_args__[:2])
try:
    t.tm_year = 5
except (AttributeError, TypeError) as e:
    print(type(e).__name__)
print(repr(sys.version_info)[:36])

# expect: 2 EAGAIN ENOENT True
# expect: -rw-r--r-- drwxrwxrwt -rwsr-xr-x True 420
# expect: time.struct_time(tm_year=1970, tm_mon=1, tm_mday=1, tm_hour=0, tm_min=0, tm_sec=0, tm_wday=3, tm_yday=1, tm_isdst=0) 1970 1970 9 11 GMT True True
# expect: time.struct_time(tm_year=0, tm_mon=1, tm_mday=2, tm_hour=3, tm_min=4, tm_sec=5, tm_wday=6, tm_yday=7, tm_isdst=8) True
# expect: time.struct_time() takes an at least 9-sequence (5-sequence given)
# expect: constructor requires a sequence
# expect: time.struct_time() takes an at most 11-sequence (20-sequence given)
# expect: (1970, 1, 1, 0, 0, 0, 3, 1, 0) ('tm_year', 'tm_mon')
# expect: AttributeError
# expect: sys.version_info(major=3, minor=11, 
