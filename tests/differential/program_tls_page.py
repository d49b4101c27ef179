# A page served over HTTPS by a thread, read with urllib.
import http.server
import os
import ssl
import threading
import urllib.error
import urllib.request

certificate = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "modules", "_certificate.pem")


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = ("You asked for %s over %s" % (self.path, self.connection.version())).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        pass


server = Server(("127.0.0.1", 0), Page)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate)
server.socket = context.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = "https://localhost:%d" % server.server_port
trusting = ssl.create_default_context(cafile=certificate)
for path in ("/", "/a/b?c=%20d"):
    with urllib.request.urlopen(url + path, context=trusting, timeout=20) as response:
        print(response.status, response.read().decode())
try:
    urllib.request.urlopen(url, timeout=20)
except urllib.error.URLError as error:
    print(type(error.reason).__name__, error.reason.verify_code, error.reason.verify_message)
server.shutdown()
