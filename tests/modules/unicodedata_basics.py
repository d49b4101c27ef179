# Names, categories, numeric values, normal forms.
import unicodedata as u
print(u.name("é"), u.lookup("greek small letter alpha"), u.name("가"), u.name("\u4e00"), u.lookup("HANGUL SYLLABLE GAG"))
print([u.category(c) for c in "aA1 .\n\u0301€"], u.bidirectional("א"), u.combining("\u0301"), u.east_asian_width("漢"), u.mirrored("("))
print(u.decimal("٣"), u.digit("²"), u.numeric("½"), u.numeric("x", None), u.decomposition("ﬁ"), u.decomposition("é"))
print([ascii(u.normalize(f, "é\u1e9b\u0323ﬁ한")) for f in ("NFC", "NFD", "NFKC", "NFKD")])
print(u.is_normalized("NFC", "e\u0301"), u.is_normalized("NFD", "e\u0301"), u.unidata_version, u.ucd_3_2_0.unidata_version)
for call in (lambda: u.name("\x00"), lambda: u.lookup("NO SUCH"), lambda: u.decimal("x"), lambda: u.normalize("X", "é")):
    try:
        call()
    except (ValueError, KeyError) as e:
        print(type(e).__name__, e)
# expect: LATIN SMALL LETTER E WITH ACUTE α HANGUL SYLLABLE GA CJK UNIFIED IDEOGRAPH-4E00 각
# expect: ['Ll', 'Lu', 'Nd', 'Zs', 'Po', 'Cc', 'Mn', 'Sc'] R 230 W 1
# expect: 3 2 0.5 None <compat> 0066 0069 0065 0301
# expect: ["'\\xe9\\u1e9b\\u0323\\ufb01\\ud55c'", "'e\\u0301\\u017f\\u0323\\u0307\\ufb01\\u1112\\u1161\\u11ab'", "'\\xe9\\u1e69fi\\ud55c'", "'e\\u0301s\\u0323\\u0307fi\\u1112\\u1161\\u11ab'"]
# expect: False True 14.0.0 3.2.0
# expect: ValueError no such name
# expect: KeyError "undefined character name 'NO SUCH'"
# expect: ValueError not a decimal
# expect: ValueError invalid normalization form
