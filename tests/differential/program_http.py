# An HTTP server in threads, and clients that use it at once.
import json
import threading
import urllib.error
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Shop(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stock = {"apple": 3, "pear": 0}
    lock = threading.Lock()

    def log_message(self, *args):
        pass

    def answer(self, status, value):
        body = json.dumps(value, sort_keys=True).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = urllib.parse.parse_qs(url.query)
        if url.path == "/stock":
            self.answer(200, {name: self.stock.get(name) for name in query.get("name", [])})
        else:
            self.answer(404, {"error": "no such page", "path": url.path})

    def do_POST(self):
        data = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.lock:
            for name, count in data.items():
                self.stock[name] = self.stock.get(name, 0) + count
        self.answer(201, {"added": sum(data.values())})


server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
threading.Thread(target=server.serve_forever, daemon=True).start()
base = "http://127.0.0.1:%d" % server.server_port


def get(path):
    try:
        with urllib.request.urlopen(base + path, timeout=20) as response:
            return response.status, response.headers["Content-Type"], json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.reason, json.load(error)


def post(data):
    request = urllib.request.Request(base + "/stock", json.dumps(data).encode(), method="POST")
    with urllib.request.urlopen(request, timeout=20) as response:
        return response.status, json.load(response)


print(get("/stock?name=apple&name=pear&name=fig"))
print(get("/nowhere%20at%20all"))
print(post({"fig": 2, "apple": 1}))
threads = [threading.Thread(target=lambda: [post({"nut": 1}) for _ in range(10)]) for _ in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(get("/stock?" + urllib.parse.urlencode({"name": ["nut", "fig", "apple"]}, doseq=True)))
server.shutdown()
server.server_close()
