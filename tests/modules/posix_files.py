# What os offers for files and directories.
import os, stat, tempfile
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    os.mkdir("d")
    fd = os.open("d/f", os.O_RDWR | os.O_CREAT, 0o640)
    print(os.write(fd, b"hello"), os.lseek(fd, 1, 0), os.read(fd, 3))  # expect: 5 1 b'ell'
    print(os.get_inheritable(fd))                                     # expect: False
    os.close(fd)
    st = os.stat("d/f")
    print(st.st_size, stat.filemode(st.st_mode), st[6] == st.st_size)  # expect: 5 -rw-r----- True
    os.utime("d/f", ns=(10**18 + 1, 10**18 + 2))
    print(os.stat("d/f").st_mtime_ns)                                 # expect: 1000000000000000002
    os.symlink("f", "d/s")
    print(os.readlink("d/s"), os.path.islink("d/s"), os.stat("d/s").st_size)  # expect: f True 5
    print(sorted(os.listdir("d")), os.listdir(b"d/.") != [])          # expect: ['f', 's'] True
    with os.scandir("d") as entries:
        print(sorted((e.name, e.is_file(), e.is_symlink()) for e in entries))  # expect: [('f', True, False), ('s', True, True)]
    os.rename("d/f", "g")
    print(os.path.exists("d/f"), os.path.exists("g"))                 # expect: False True
    print(os.access("g", os.R_OK), os.access("none", os.F_OK))        # expect: True False
    dir_fd = os.open("d", os.O_RDONLY)
    os.mkdir("inner", dir_fd=dir_fd)
    print(os.stat("inner", dir_fd=dir_fd).st_mode == os.stat("d/inner").st_mode)  # expect: True
    os.close(dir_fd)
    try:
        os.rmdir("d")
    except OSError as error:
        print(error)                                                  # expect: [Errno 39] Directory not empty: 'd'
    try:
        os.stat("a\0b")
    except ValueError as error:
        print(error)                                                  # expect: embedded null byte
    os.chdir("/")
r, w = os.pipe()
pid = os.fork()
if pid == 0:
    os.write(w, b"child")
    os._exit(7)
print(os.read(r, 10), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))  # expect: b'child' 7
print(os.path.normpath("/a//b/./../c/"), os.path.normpath("../../x"), os.path.normpath("//a"))  # expect: /a/c ../../x //a
