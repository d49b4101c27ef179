# Programs started from Weft.
import subprocess, sys
print(subprocess.run(["echo", "hi"], capture_output=True, text=True).stdout.strip())  # expect: hi
print(subprocess.check_output("cat; exit 0", shell=True, input=b"in"))        # expect: b'in'
print(subprocess.call(["sh", "-c", "exit 5"]))                                # expect: 5
try:
    subprocess.run(["/nonexistent/program"])
except FileNotFoundError as error:
    print(error)                       # expect: [Errno 2] No such file or directory: '/nonexistent/program'
try:
    subprocess.run(["true"], cwd="/nonexistent")
except FileNotFoundError as error:
    print(error.filename)              # expect: /nonexistent
p = subprocess.Popen(["sleep", "100"])
p.kill()
print(p.wait())                        # expect: -9
try:
    subprocess.run(["sleep", "100"], timeout=0.05)
except subprocess.TimeoutExpired as error:
    print(0 < error.timeout <= 0.05)   # expect: True
out = subprocess.run([sys.executable, "-c", "import sys; print(sys.argv[1], file=sys.stderr)", "arg"],
                     stderr=subprocess.PIPE, text=True)
print(out.stderr, end="")              # expect: arg
print(subprocess.run(["sh", "-c", "echo $A; pwd"], env={"A": "b"}, cwd="/", stdout=subprocess.PIPE).stdout)  # expect: b'b\n/\n'
subprocess.run(["true"], preexec_fn=lambda: None)
