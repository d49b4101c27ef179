# Threads have their names for the operating system too, in at most 15 bytes.
import threading

names = {}
def look():
    with open(f"/proc/self/task/{threading.get_native_id()}/comm") as file:
        names[threading.current_thread().name] = file.read().rstrip("\n")

class Named(threading.Thread):
    def run(self):
        look()

for thread in (threading.Thread(target=look, name="worker"), threading.Thread(target=look, name="a name that is long"),
               Named(name="of a class"), threading.Thread(target=look, name="grün"), threading.Thread(target=look, name="a\0b"),
               threading.Thread(target=look, name="")):
    thread.start()
    thread.join()
print(names["worker"])                  # expect: worker
print(names["a name that is long"])     # expect: a name that is 
print(names["of a class"])              # expect: of a class
print(names["grün"])                    # expect: grün
print(names["a\0b"])                    # expect: a
print(names["Thread-1 (look)"])         # expect: Thread-1 (look)
look()
print(names["MainThread"])              # expect: weft
