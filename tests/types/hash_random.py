# command: p='print(hash("text"))'; a=$("$weft" -c "$p"); b=$("$weft" -c "$p"); c=$(PYTHONHASHSEED=random "$weft" -c "$p"); d=$(PYTHONHASHSEED=0 "$weft" -R -c "$p"); e=$(PYTHONHASHSEED=0 "$weft" -I -c "$p"); f=$(PYTHONHASHSEED=0 "$weft" -c "$p"); printf '%s\n' $a $b $c $d $e $f | sort -u | wc -l; for s in -1 4294967296 x '1 '; do PYTHONHASHSEED="$s" "$weft" -c 1; echo $?; done
# stderr: any
# Without a seed each process hashes text under a key of its own; -R and -I overrule PYTHONHASHSEED.
# expect: 6
# expect: 1
# expect: 1
# expect: 1
# expect: 1
