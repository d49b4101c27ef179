# command: "$weft" -Z 2>"$tmp/e"; echo $?; head -n 1 "$tmp/e"
# expect: 2
# expect: Unknown option: -Z
