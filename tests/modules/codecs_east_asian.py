# Encodings of Chinese, Japanese and Korean, whole and piece by piece.
import codecs
for name, text in (("gb2312", "中文"), ("gbk", "中文€"[:2]), ("gb18030", "中文😀"), ("hz", "a中文~b"), ("big5", "中文"), ("euc_jp", "日本"), ("shift_jis", "日本\\"), ("cp932", "日本"), ("iso2022_jp", "a日本b"), ("euc_kr", "한글"), ("cp949", "한글"), ("iso2022_kr", "a한")):
    data = text.encode(name)
    decoder = codecs.getincrementaldecoder(name)()
    pieces = "".join(decoder.decode(data[i:i + 1]) for i in range(len(data))) + decoder.decode(b"", True)
    print(name, data, data.decode(name) == text, pieces == text)
# expect: gb2312 b'\xd6\xd0\xce\xc4' True True
# expect: gbk b'\xd6\xd0\xce\xc4' True True
# expect: gb18030 b'\xd6\xd0\xce\xc4\x949\xfc6' True True
# expect: hz b'a~{VPND~}~~b' True True
# expect: big5 b'\xa4\xa4\xa4\xe5' True True
# expect: euc_jp b'\xc6\xfc\xcb\xdc' True True
# expect: shift_jis b'\x93\xfa\x96{\\' True True
# expect: cp932 b'\x93\xfa\x96{' True True
# expect: iso2022_jp b'a\x1b$BF|K\\\x1b(Bb' True True
# expect: euc_kr b'\xc7\xd1\xb1\xdb' True True
# expect: cp949 b'\xc7\xd1\xb1\xdb' True True
# expect: iso2022_kr b'a\x1b$)C\x0eGQ\x0f' True True
print("é中".encode("big5", "replace"), b"\xa4\xa4\xff".decode("big5", "replace"), "中é".encode("shift_jis", "xmlcharrefreplace"))
# expect: b'?\xa4\xa4' 中� b'\x92\x86&#233;'
try:
    b"\xa4".decode("big5")
except UnicodeDecodeError as e:
    print(e)  # expect: 'big5' codec can't decode byte 0xa4 in position 0: incomplete multibyte sequence
