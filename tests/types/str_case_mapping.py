# Full case mapping: one character may become several; a sigma at the end of a word is final.
print("straße".upper(), "ﬁne".title(), "ŉ".capitalize(), "İ".lower() == "i̇")
print("ΑΣ ΑΣΑ Σ".lower(), "ΌΔΟΣ.".lower(), "ǆ ǅ Ǆ".title(), "ß".casefold(), "ẞ".swapcase())
print("Ǆ".isupper(), "ǅ".istitle(), "ª".islower(), "Ⅷ".isupper(), "٣".isdecimal(), "²".isdigit(), "½".isnumeric())
# expect: STRASSE Fine ʼN True
# expect: ας ασα σ όδος. ǅ ǅ ǅ ss ß
# expect: True True True True True True True
