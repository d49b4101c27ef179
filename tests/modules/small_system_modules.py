# syslog, crypt and the database of shadow passwords.
# stderr: any
import warnings
warnings.simplefilter("ignore")
import crypt, syslog, spwd
print(syslog.LOG_MASK(syslog.LOG_ERR), syslog.LOG_UPTO(syslog.LOG_ERR))  # expect: 8 15
old = syslog.setlogmask(syslog.LOG_UPTO(syslog.LOG_EMERG))
syslog.openlog("weft-test", syslog.LOG_PID)
syslog.syslog(syslog.LOG_DEBUG, "not to be seen")
syslog.setlogmask(old)
syslog.closelog()
try:
    syslog.syslog(1, 2)
except TypeError as e:
    print(e)                                    # expect: [priority,] message string
print(crypt.crypt("secret", "$1$saltsalt$"))    # expect: $1$saltsalt$9xy1btjgzLYfb7hivXtC//
try:
    spwd.getspnam("no such user")
except (KeyError, PermissionError) as e:
    print(type(e).__name__ in ("KeyError", "PermissionError"))  # expect: True
