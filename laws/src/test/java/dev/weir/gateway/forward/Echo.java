package dev.weir.gateway.forward;

/// An origin that answers each request with its body, or with its path when it has none.
final class Echo {
    private final Peer peer;
    private final StringBuilder leaving = new StringBuilder();

    Echo(Peer peer) {
        this.peer = peer;
    }

    void step() {
        String got = peer.seen();
        int headTo = got.indexOf("\r\n\r\n") + 4;
        if (headTo >= 4) {
            var head = new Peer.Message(got.substring(0, headTo), "");
            int length = head.has("Content-Length") ? Integer.parseInt(head.field("Content-Length")) : 0;
            if (got.length() >= headTo + length) {
                peer.text(headTo);
                String body = length == 0 ? head.path() : peer.text(length);
                leaving.append("HTTP/1.1 200 OK\r\nContent-Length: ")
                        .append(body.length())
                        .append("\r\n\r\n")
                        .append(body);
            }
        }
        if (!leaving.isEmpty()) leaving.delete(0, Math.max(0, peer.offer(leaving.toString())));
    }
}
