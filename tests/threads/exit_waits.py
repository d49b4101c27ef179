# The end of the program waits for threads that are no daemons.
import threading, time
def late():
    time.sleep(0.2)
    print("late")
threading.Thread(target=late).start()
print("main ends")
# expect: main ends
# expect: late
