# A cursor that nobody has any more does not keep its table locked: the memory is looked through, then it is tried again.
# needs: plain
import sqlite3
con = sqlite3.connect(":memory:")
con.execute("create table note (id integer primary key)")
con.execute("insert into note values (1), (2)")
con.commit()
def begin_reading():
    con.execute("select * from note").fetchone()
begin_reading()
con.execute("drop table note")
print("dropped")  # expect: dropped
