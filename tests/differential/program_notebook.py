# A notebook in SQLite with search, tags and history.
import datetime
import os
import sqlite3
import tempfile


class Notebook:
    def __init__(self, path):
        self.db = sqlite3.connect(path, detect_types=sqlite3.PARSE_DECLTYPES)
        self.db.row_factory = sqlite3.Row
        self.db.executescript("""
            create table if not exists note (id integer primary key, title text not null unique, body text,
                                             made timestamp);
            create table if not exists tag (note integer references note, name text, unique (note, name));
        """)
        self.db.create_function("words", 1, lambda text: len(text.split()), deterministic=True)

    def add(self, title, body, *tags, when):
        with self.db:
            row = self.db.execute("insert into note (title, body, made) values (?, ?, ?) returning id",
                                  (title, body, when)).fetchone()
            self.db.executemany("insert into tag values (?, ?)", ((row["id"], tag) for tag in tags))
        return row["id"]

    def find(self, word):
        return self.db.execute("select title, words(body) as words, made from note where body like ? order by made",
                               ("%" + word + "%",))

    def tagged(self):
        return self.db.execute("""select t.name, count(*) as n, group_concat(n.title, '|') as titles
                                  from tag t join note n on n.id = t.note group by t.name order by t.name""")


with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "notes.db")
    book = Notebook(path)
    day = datetime.datetime(2024, 2, 29, 12, 30)
    for i, (title, body, tags) in enumerate([("Milk", "buy milk and bread", ["shop", "home"]),
                                             ("Käse", "the cheese shop is closed", ["shop"]),
                                             ("Plan", "sleep", [])]):
        print(book.add(title, body, *tags, when=day + datetime.timedelta(days=i)))
    try:
        book.add("Milk", "again", when=day)
    except sqlite3.IntegrityError as error:
        print("refused:", error)
    for row in book.find("s"):
        print(tuple(row), row.keys())
    for row in book.tagged():
        print(dict(row))
    book.db.close()
    second = Notebook(path)
    print(second.db.execute("select count(*), max(made) as \"last [timestamp]\" from note").fetchone()[0])
    second.db.execute("delete from note where title = 'Plan'")
    second.db.rollback()
    print([r["title"] for r in second.db.execute("select title from note")])
    print("".join(line[:40] + "\n" for line in second.db.iterdump()))
    second.db.close()
