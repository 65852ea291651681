#!/usr/bin/env bash
# Caddy 2.6.2 as a reverse proxy, and a client that ends its side (shutdown for writing) after a whole GET while the origin
# still works on the answer.
#
# Guess, written down before: the request is given up without an answer, as nginx does, or served to the end, as HAProxy does.
# Seen: at once `200 OK` with an empty body, well-formed and chunked to its end, which no origin ever said; the origin sees
# its connection closed. Whoever relays bytes and passes the end of stream on turns a slow answer into an empty success.
#
# For Weir: an HTTP listener never passes a client's end of stream on to an origin, and delivers the answer; a TCP listener passes
# it on (docs/configuration.md, "Clients that leave").
set -euo pipefail
version=2.6.2-5
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
chmod 755 .
apt-get download -q "caddy=$version" >/dev/null 2>&1
dpkg -x caddy_*.deb .
export HOME=$folder
usr/bin/caddy version
cat >half_close.py <<'P'
import os, socket, subprocess, sys, threading, time

WORK_SECONDS = 2


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def read_head(connection):
    head = b""
    while b"\r\n\r\n" not in head:
        more = connection.recv(4096)
        if not more:
            return False
        head += more
    return True


def answer_late(connection):
    try:
        if read_head(connection):
            time.sleep(WORK_SECONDS)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
    except OSError:
        pass
    finally:
        connection.close()


def accept(listener):
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=answer_late, args=(connection,), daemon=True).start()


def ask(port, ends_its_side):
    began = time.time()
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: example.test\r\nConnection: close\r\n\r\n")
        if ends_its_side:
            client.shutdown(socket.SHUT_WR)
        answer = b""
        while more := client.recv(4096):
            answer += more
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.split(b"\r\n")[0].decode(), body, time.time() - began


origin = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=accept, args=(origin,), daemon=True).start()
port = free_port()
with open("Caddyfile", "w") as file:
    file.write("{\n admin off\n auto_https off\n}\n")
    file.write("http://example.test:%d {\n reverse_proxy 127.0.0.1:%d\n}\n" % (port, origin.getsockname()[1]))
caddy = subprocess.Popen(
    ["usr/bin/caddy", "run", "--config", "Caddyfile", "--adapter", "caddyfile"],
    stdout=subprocess.DEVNULL,
    stderr=subprocess.DEVNULL,
)
try:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            time.sleep(0.1)
    whole = ask(port, ends_its_side=False)
    half = ask(port, ends_its_side=True)
finally:
    caddy.terminate()
    caddy.wait(10)
print("side kept open: %s, body %r, after %.1f s" % whole)
print("side ended:     %s, body %r, after %.1f s" % half)
as_seen = whole[1] == b"hello" and "200" in half[0] and half[1] in (b"", b"0\r\n\r\n") and half[2] < WORK_SECONDS / 2
sys.exit(0 if as_seen else 1)
P
python3 half_close.py || { echo "the behaviour has changed" >&2; exit 1; }
