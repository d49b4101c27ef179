# The history of lines, its files, and what is refused.
import os, readline, tempfile, threading
print("libedit" in readline.__doc__)            # expect: True
for line in ("first", "second line", "drítte"):
    readline.add_history(line)
print(readline.get_current_history_length(), readline.get_history_item(2), readline.get_history_item(9))  # expect: 3 second line None
readline.replace_history_item(0, "changed")
print(readline.get_history_item(1))             # expect: changed
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "history")
    readline.write_history_file(path)
    readline.add_history("fourth \\ line")
    readline.append_history_file(1, path)
    readline.clear_history()
    readline.read_history_file(path)
    print([readline.get_history_item(i) for i in range(1, 5)])  # expect: ['changed', 'second line', 'drítte', 'fourth \\ line']
    try:
        readline.read_history_file(os.path.join(folder, "none"))
    except FileNotFoundError as e:
        print(e.errno)                          # expect: 2
readline.remove_history_item(1)
print(readline.get_current_history_length())    # expect: 3
for attempt in (lambda: readline.remove_history_item(-1), lambda: readline.remove_history_item(100),
                lambda: readline.set_completer(5), lambda: readline.append_history_file(-1)):
    try:
        attempt()
    except (ValueError, TypeError) as e:
        print(e)
# expect: History index cannot be negative
# expect: No history item at position 100
# expect: set_completer(func): argument not callable
# expect: nelements must be positive
readline.set_completer_delims(" ")
readline.set_completer(print)
print(repr(readline.get_completer_delims()), readline.get_completer() is print)  # expect: ' ' True
threads = [threading.Thread(target=lambda: [readline.add_history("x") for _ in range(200)]) for _ in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(readline.get_current_history_length())    # expect: 603
