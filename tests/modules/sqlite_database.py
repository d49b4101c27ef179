# SQLite: parameters, rows, transactions, functions, errors, threads.
# timeout: 60
import gc, os, sqlite3, tempfile, threading
con = sqlite3.connect(":memory:")
con.execute("create table note (id integer primary key, title text, size real, data blob)")
cursor = con.executemany("insert into note (title, size, data) values (?, :size, ?)",
                         [("one", 1.5, b"\0\1"), ("zwölf", None, b""), ("three", 3, None)])
print(cursor.rowcount, con.in_transaction, con.total_changes)  # expect: 3 True 3
con.commit()
for row in con.execute("select * from note order by id"):
    print(row)
# expect: (1, 'one', 1.5, b'\x00\x01')
# expect: (2, 'zwölf', None, b'')
# expect: (3, 'three', 3.0, None)
con.row_factory = sqlite3.Row
row = con.execute("select id, title from note where title = :title", {"title": "three"}).fetchone()
print(row["TITLE"], row[0], row.keys(), tuple(row))  # expect: three 3 ['id', 'title'] (3, 'three')
con.row_factory = None
try:
    with con:
        con.execute("delete from note")
        raise KeyError("changed my mind")
except KeyError:
    print(con.execute("select count(*) from note").fetchone())  # expect: (3,)

class Median:
    def __init__(self):
        self.values = []
    def step(self, value):
        self.values.append(value)
    def finalize(self):
        return sorted(self.values)[len(self.values) // 2]
con.create_function("double", 1, lambda v: v * 2)
con.create_aggregate("median", 1, Median)
con.create_collation("backwards", lambda a, b: (a < b) - (a > b))
print(con.execute("select double('ab'), median(id) from note").fetchone())  # expect: ('abab', 2)
print([t for t, in con.execute("select title from note order by title collate backwards")])  # expect: ['zwölf', 'three', 'one']
con.create_function("fail", 0, lambda: 1 / 0)
for sql, parameters in (("select fail()", ()), ("select nowhere from note", ()), ("select ?", ()), ("select ?", (object(),)),
                        ("select 1; select 2", ()), ("insert into note (id) values (1)", ())):
    try:
        con.execute(sql, parameters)
    except sqlite3.Error as e:
        print(type(e).__name__, e)
# expect: OperationalError user-defined function raised exception
# expect: OperationalError no such column: nowhere
# expect: ProgrammingError Incorrect number of bindings supplied. The current statement uses 1, and there are 0 supplied.
# expect: ProgrammingError Error binding parameter 1: type 'object' is not supported
# expect: ProgrammingError You can only execute one statement at a time.
# expect: IntegrityError UNIQUE constraint failed: note.id
con.rollback()
with con.blobopen("note", "data", 1) as blob:
    blob[0] = 65
    print(len(blob), blob.read())               # expect: 2 b'A\x01'
con.commit()

con.execute("drop table note")
copy = sqlite3.connect(":memory:")
con.executescript("create table t (a); insert into t values (1); insert into t values (2);")
con.backup(copy)
print(copy.execute("select sum(a) from t").fetchone(), "\n".join(copy.iterdump()).count("INSERT"))  # expect: (3,) 2
copy.close()
try:
    copy.execute("select 1")
except sqlite3.ProgrammingError as e:
    print(e)                                    # expect: Cannot operate on a closed database.

# One connection in several threads, and one connection each.
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "shared.db")
    shared = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    shared.execute("create table count (n)")
    shared.execute("insert into count values (0)")
    shared.create_function("plus", 2, lambda a, b: a + b)
    def work():
        for i in range(100):
            shared.execute("update count set n = plus(n, 1)")
            shared.execute("select n from count").fetchall()
    threads = [threading.Thread(target=work) for _ in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    print(shared.execute("select n from count").fetchone())  # expect: (300,)
    def other():
        try:
            con.execute("select 1")
        except sqlite3.ProgrammingError as e:
            print(str(e)[:72])
    t = threading.Thread(target=other)
    t.start()                    # expect: SQLite objects created in a thread can only be used in that same thread.
    t.join()
    def own():
        with sqlite3.connect(path, timeout=30) as mine:
            for _ in range(10):
                mine.execute("update count set n = n + 1")
                mine.commit()
    threads = [threading.Thread(target=own) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    print(shared.execute("select n from count").fetchone())  # expect: (320,)
    shared.close()
