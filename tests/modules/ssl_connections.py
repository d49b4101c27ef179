# TLS by sockets and by memory, in threads: certificates, names that do not fit, data both ways at once.
# timeout: 60
import os, socket, ssl, threading
CERTIFICATE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "_certificate.pem")

server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
server_context.load_cert_chain(CERTIFICATE)
server_context.set_alpn_protocols(["echo", "other"])
client_context = ssl.create_default_context(cafile=CERTIFICATE)
client_context.set_alpn_protocols(["echo"])

listener = socket.create_server(("127.0.0.1", 0))
address = listener.getsockname()

def echo(raw):
    try:
        with server_context.wrap_socket(raw, server_side=True) as s:
            while data := s.recv(65536):
                s.sendall(data)
    except OSError:
        pass

def serve():
    while True:
        try:
            raw, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=echo, args=(raw,)).start()

threading.Thread(target=serve, daemon=True).start()

with socket.create_connection(address) as raw, client_context.wrap_socket(raw, server_hostname="localhost") as s:
    print(s.version(), s.selected_alpn_protocol())  # expect: TLSv1.3 echo
    certificate = s.getpeercert()
    print(certificate["subject"])  # expect: ((('countryName', 'XY'),), (('organizationName', 'Weft tests'),), (('commonName', 'localhost'),))
    print(certificate["subjectAltName"])  # expect: (('DNS', 'localhost'), ('IP Address', '127.0.0.1'))
    s.sendall(b"hello")
    print(s.recv(100))                          # expect: b'hello'
    # One thread waits for data while another one sends.
    received = bytearray()
    def read():
        while len(received) < 1_000_000:
            received.extend(s.recv(65536))
    reader = threading.Thread(target=read)
    reader.start()
    for i in range(1000):
        s.sendall(bytes([i % 251]) * 1000)
    reader.join()
    print(received == b"".join(bytes([i % 251]) * 1000 for i in range(1000)))  # expect: True
    s.settimeout(0.05)
    try:
        s.recv(1)
    except TimeoutError as e:
        print(e)                                # expect: The read operation timed out

def attempt(context, name):
    try:
        with socket.create_connection(address) as raw, context.wrap_socket(raw, server_hostname=name):
            print("connected")
    except ssl.SSLCertVerificationError as e:
        print(e.reason, e.verify_message)

attempt(client_context, "127.0.0.1")            # expect: connected
attempt(client_context, "example.org")  # expect: CERTIFICATE_VERIFY_FAILED Hostname mismatch, certificate is not valid for 'example.org'.
attempt(ssl.create_default_context(), "localhost")  # expect: CERTIFICATE_VERIFY_FAILED self-signed certificate

counts = []
def many(n):
    with socket.create_connection(address) as raw, client_context.wrap_socket(raw, server_hostname="localhost") as s:
        for i in range(50):
            s.sendall(b"%d" % (n * 1000 + i))
            assert s.recv(100) == b"%d" % (n * 1000 + i)
    counts.append(50)
threads = [threading.Thread(target=many, args=(n,)) for n in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sum(counts))                              # expect: 200
listener.close()

# By memory alone.
to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
client = client_context.wrap_bio(to_client, to_server, server_hostname="localhost")
server = server_context.wrap_bio(to_server, to_client, server_side=True)
for _ in range(3):
    for side in (client, server):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError as e:
            want = e
print(str(want)[:36], client.cipher()[1])  # expect: The operation did not complete (read TLSv1.3
client.write(b"x" * 20000)
print(len(server.read(100000)) + len(server.read(100000)))  # expect: 20000
to_client.write_eof()
try:
    to_client.write(b"more")
except ssl.SSLError as e:
    print(e)                                    # expect: ('cannot write() after write_eof()',)

import asyncio
async def main():
    async def handle(reader, writer):
        writer.write((await reader.readline()).upper())
        await writer.drain()
        writer.close()
    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=server_context)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=client_context, server_hostname="localhost")
    writer.write(b"over asyncio\n")
    print(await reader.read())                  # expect: b'OVER ASYNCIO\n'
    writer.close()
    server.close()
asyncio.run(main())
