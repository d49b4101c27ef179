# command: "$weft" -X gcstats=kinds "$file" 2>&1 | awk '$1 == "Held" { print $2, $4 } $1 == "Dropped" { print ($4 < 50) }' | sort
# Objects are counted by their type; what a collection leaves stands in the last columns.


class Held:
    pass


class Dropped:
    pass


kept = [Held() for i in range(321)]
for i in range(654):
    Dropped()
# expect: 1
# expect: 321 321
