# Digests, keyed ones and keys from passwords.
import hashlib, hmac
print(hashlib.md5(b"").hexdigest())                # expect: d41d8cd98f00b204e9800998ecf8427e
print(hashlib.sha256(b"abc").hexdigest()[:16])     # expect: ba7816bf8f01cfea
print(hashlib.sha3_256(b"").hexdigest()[:16])      # expect: a7ffc6f8bf1ed766
print(hashlib.shake_128(b"").hexdigest(8))         # expect: 7f9c2ba4e88f827d
print(hashlib.blake2b(b"abc").hexdigest()[:16])    # expect: ba80a53f981c4d0d
print(hashlib.blake2s(b"abc").hexdigest()[:16])    # expect: 508c5e8c327c14e2
print(hashlib.blake2b(b"x", key=b"k", salt=b"s", person=b"p", digest_size=8).hexdigest())  # expect: 03c852462ff0a553
h = hashlib.new("sha1")
h.update(b"a")
c = h.copy()
c.update(b"b")
print(h.hexdigest()[:8], c.hexdigest()[:8])        # expect: 86f7e437 da23614e
print(hmac.new(b"key", b"msg", "sha256").hexdigest()[:16])  # expect: 2d93cbc1be167bcb
print(hashlib.pbkdf2_hmac("sha256", b"p", b"s", 2).hex()[:16])   # expect: 1998f3d3f22119b7
try:
    hashlib.sha256("text")
except TypeError as error:
    print(error)                                   # expect: Strings must be encoded before hashing
