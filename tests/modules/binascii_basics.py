# base64, hex, uu, quoted-printable, checksums.
import binascii as b
print(b.b2a_base64(b"hello?>"), b.a2b_base64("aGVsbG8/Pg=="), b.hexlify(b"\x01\xff", "-"), b.unhexlify("01ff"))
print(b.b2a_uu(b"cat"), b.a2b_uu(b"#8V%T\n"), b.b2a_qp(b"a=\xe9 \n"), b.a2b_qp(b"a=3D=E9=\nb"), b.crc32(b"hello"), b.crc_hqx(b"hello", 0))
for call in (lambda: b.a2b_base64("abc"), lambda: b.a2b_base64("a"), lambda: b.unhexlify("abc"), lambda: b.unhexlify("zz"), lambda: b.a2b_base64("ab=c=", strict_mode=True)):
    try:
        print(call())
    except b.Error as e:
        print(e)
# expect: b'aGVsbG8/Pg==\n' b'hello?>' b'01-ff' b'\x01\xff'
# expect: b'#8V%T\n' b'cat' b'a=3D=E9=20\n' b'a=\xe9b' 907060870 50018
# expect: Incorrect padding
# expect: Invalid base64-encoded string: number of data characters (1) cannot be 1 more than a multiple of 4
# expect: Odd-length string
# expect: Non-hexadecimal digit found
# expect: Discontinuous padding not allowed
