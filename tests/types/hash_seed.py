# command: for seed in 0 1 12345; do PYTHONHASHSEED=$seed "$weft" $file; done; PYTHONHASHSEED=0 "$weft" -c 'import sys; print(sys.flags.hash_randomization)'; PYTHONHASHSEED=7 "$weft" -c 'import sys; print(sys.flags.hash_randomization)'
# The hashes of text are SipHash-1-3 under a key made of PYTHONHASHSEED, the same as in CPython 3.11; numbers
# and what is made of them do not depend on it.
print(hash(""), hash("a"), hash("abcdefgh\xff"), hash("\u20acxyz"), hash("\U0001f600z"))
print(hash(b"abc") == hash("abc") == hash(memoryview(b"abc")), hash(b""), hash(("a", 1, 2.5)))
print(hash(1.5), hash(1 << 100), hash(-1), hash(frozenset([1, 2, 3])), hash(range(5)), hash(1 + 2j), hash(()))
# expect: 0 4644417185603328019 6689927370435554326 -3486839634496329280 983113927133669128
# expect: True 0 -6833572455077009836
# expect: 1152921504606846977 549755813888 -2 -272375401224217160 5795932985296280846 2000007 5740354900026072187
# expect: 0 -3012895188637184397 8347468327125971826 5447677520866725901 6441699109908027967
# expect: True 0 -1615425352477253213
# expect: 1152921504606846977 549755813888 -2 -272375401224217160 5795932985296280846 2000007 5740354900026072187
# expect: 0 -8961251314296359281 -5716627171314887035 -1678872441099300436 -3191974027423514472
# expect: True 0 -7172582485243004353
# expect: 1152921504606846977 549755813888 -2 -272375401224217160 5795932985296280846 2000007 5740354900026072187
# expect: 0
# expect: 1
