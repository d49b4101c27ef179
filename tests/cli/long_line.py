# A line of ten megabytes.
# command: awk 'BEGIN { printf "x = ["; for (i = 0; i < 2000000; i++) printf "1, 2,"; print "]"; print "print(len(x))" }' > "$tmp/long.py"; "$weft" "$tmp/long.py"
# expect: 4000000
# needs: slow
# timeout: 60
