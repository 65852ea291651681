#!/usr/bin/env bash
# Merecat 2.31, a descendant of thttpd, and a client of HTTP/1.1 whose request has no Connection field.
#
# Guess, written down before: the connection is kept, as RFC 9112 section 9.3 says of HTTP/1.1.
# Seen: it is closed behind the answer, which says so, unless the request says `Connection: keep-alive`; the rule of HTTP/1.0.
# A proxy that leaves the field out, because HTTP/1.1 needs none, makes a connection for every request.
#
# For Weir: only the first request on a connection says so, and such an origin closes it behind the second; weir_pool_opened_total shows it
# (docs/configuration.md, "How long connections are kept").
set -euo pipefail
version=2.31+git20220513+ds-4.1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
chmod 755 .
apt-get download -q "merecat=$version" libconfuse2 >/dev/null 2>&1
for package in ./*.deb; do dpkg -x "$package" .; done
LD_LIBRARY_PATH="$folder/$(dirname "$(find . -name 'libconfuse.so.2' | head -1)")"
export LD_LIBRARY_PATH
merecat=$(find . -path '*bin/merecat' | head -1)
"$merecat" -V 2>&1 | head -1 || true
mkdir pages
echo hello >pages/index.html
cat >ask.py <<'P'
import os, socket, subprocess, sys, time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def connection_field(port, field):
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: example.test\r\n" + field + b"\r\n")
        answer = b""
        while not answer.endswith(b"hello\n"):
            more = client.recv(4096)
            if not more:
                break
            answer += more
        lines = answer.split(b"\r\n\r\n")[0].lower().split(b"\r\n")
        return [line.partition(b":")[2].strip().decode() for line in lines if line.startswith(b"connection:")]


port = free_port()
server = subprocess.Popen([sys.argv[1], "-n", "-p", str(port), "pages"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
try:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            time.sleep(0.1)
    plain = connection_field(port, b"")
    asking = connection_field(port, b"Connection: keep-alive\r\n")
finally:
    server.terminate()
    server.wait(10)
print("without the field: Connection:", plain)
print("with it:           Connection:", asking)
sys.exit(0 if plain == ["close"] and asking == ["keep-alive"] else 1)
P
python3 ask.py "$merecat" || { echo "the behaviour has changed" >&2; exit 1; }
