#!/usr/bin/env bash
# Apache httpd 2.4, its defaults (KeepAlive On, KeepAliveTimeout 5), and clients of HTTP/1.1 that do or do not say
# `Connection: keep-alive`, as no client of HTTP/1.1 has to.
#
# Guess, written down before: whoever's connection is kept is told `Keep-Alive: timeout=5, max=100`, as Node tells everybody.
# Seen: only a client that says `Connection: keep-alive` is told; the connection of the other is kept for the same 5 seconds, and
# closed without a word. A proxy that keeps connections and obeys that field has to ask for it first.
#
# For Weir: the first request on each connection to an origin says `Connection: keep-alive` (docs/configuration.md, "How long an
# origin keeps a connection").
set -euo pipefail
version=2.4.71-1~deb12u1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
chmod 755 .
apt-get download -q "apache2-bin=$version" libapr1 libaprutil1 >/dev/null 2>&1
for package in ./*.deb; do dpkg -x "$package" .; done
libraries=$(dirname "$(find . -name 'libapr-1.so.0' | head -1)")
export LD_LIBRARY_PATH="$folder/$libraries"
usr/sbin/apache2 -v | head -1
mkdir pages
echo hello >pages/index.html
cat >ask.py <<'P'
import os, socket, subprocess, sys, time

KEPT_SECONDS = 5


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(port, field):
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: example.test\r\n" + field + b"\r\n")
        answer = b""
        while not answer.endswith(b"hello\n"):
            answer += client.recv(4096)
        began = time.time()
        client.recv(1)
        return b"\r\nKeep-Alive: timeout=5, max=100\r\n" in answer, time.time() - began


port = free_port()
with open("httpd.conf", "w") as file:
    file.write("ServerRoot %s\nPidFile %s/pid\nServerName localhost\n" % (os.getcwd(), os.getcwd()))
    for module in "mpm_event", "authz_core", "dir":
        file.write("LoadModule %s_module usr/lib/apache2/modules/mod_%s.so\n" % (module, module))
    file.write("Listen 127.0.0.1:%d\nDocumentRoot %s/pages\nErrorLog errors\nUser nobody\n" % (port, os.getcwd()))
apache = subprocess.Popen(["usr/sbin/apache2", "-f", os.getcwd() + "/httpd.conf", "-X"], stderr=subprocess.DEVNULL)
try:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            time.sleep(0.1)
    plain = ask(port, b"")
    asking = ask(port, b"Connection: keep-alive\r\n")
finally:
    apache.terminate()
    apache.wait(10)
print("without the field: told %s, closed after %.1f s" % plain)
print("with it:           told %s, closed after %.1f s" % asking)
as_seen = plain[0] is False and asking[0] is True and all(abs(one[1] - KEPT_SECONDS) < 1.5 for one in (plain, asking))
sys.exit(0 if as_seen else 1)
P
python3 ask.py || { echo "the behaviour has changed" >&2; exit 1; }
