# Uploads BYTES to URL at RATE bytes a second (0: as fast as it goes) and prints the status of the answer.
import http.client, sys, time, urllib.error, urllib.parse, urllib.request

how, url, size, rate = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])


class Slow:
    def __init__(self):
        self.sent, self.began = 0, time.monotonic()

    def read(self, most=16384):
        piece = min(most if most > 0 else 16384, 16384, size - self.sent)
        self.sent += piece
        if rate > 0:
            time.sleep(max(0, self.began + self.sent / rate - time.monotonic()))
        return b"x" * piece


headers = {"Content-Length": str(size), "Content-Type": "application/octet-stream"}
if how == "urllib":
    urllib.request.install_opener(urllib.request.build_opener(urllib.request.ProxyHandler({})))
    try:
        with urllib.request.urlopen(urllib.request.Request(url, Slow(), headers, method="POST"), timeout=20) as answer:
            print(answer.status)
    except urllib.error.HTTPError as refused:
        print(refused.code)
else:
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    connection.request("POST", parts.path, Slow(), headers)
    print(connection.getresponse().status)
