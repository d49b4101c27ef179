# command: mkdir "$tmp/d"; "$weft" "$tmp/d" 2>"$tmp/e"; echo $?; sed "s|^.*: can't find|can't find|; s|'/.*/d'|'d'|" "$tmp/e"
# expect: 1
# expect: can't find '__main__' module in 'd'
