# command: "$weft" -X gcstats -c 'import gc; gc.collect()' 2>"$tmp/e"; grep -c collections "$tmp/e"
# expect: 1
