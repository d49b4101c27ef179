# A KeyboardInterrupt that comes as a thread ends leaves nothing behind that a later join() would wait for.
# timeout: 60
import _thread
import threading


def once():
    thread = threading.Thread(target=_thread.interrupt_main)
    try:
        thread.start()
        thread.join()
    except (KeyboardInterrupt, RuntimeError):   # RuntimeError: from the condition within start()
        pass
    if thread._started.is_set():
        thread.join()
    return thread.is_alive()


print(sum(once() for _ in range(100)))          # expect: 0
