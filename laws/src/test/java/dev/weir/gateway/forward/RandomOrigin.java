package dev.weir.gateway.forward;

import java.util.Map;
import java.util.Random;

/// A connection of an origin that answers with the token of the path, and misbehaves at random until it is healed.
final class RandomOrigin {
    private final Peer peer;
    private final Random random;
    private final Map<String, Integer> heads;
    private String leaving = "";
    private String token = "";
    private boolean closes;
    private boolean resets;
    private boolean silent;
    private int bodyLeft;
    private boolean chunked;
    private boolean reading;
    private boolean left;

    /// @param heads counts how often each token was seen
    RandomOrigin(Peer peer, Random random, Map<String, Integer> heads) {
        this.peer = peer;
        this.random = random;
        this.heads = heads;
    }

    void step(boolean good) {
        if (left) return;
        if (!good && random.nextInt(4) == 0) return;
        if (!good && random.nextInt(150) == 0) {
            leave(random.nextBoolean());
            return;
        }
        boolean idle = !reading && !silent && leaving.isEmpty() && peer.seen().isEmpty();
        // Why: once it has a byte of a request, nobody could tell this from an early answer.
        if (!good && idle && random.nextInt(100) == 0) peer.offer("HTTP/1.1 200 OK\r\n\r\nstray");
        receive(good);
        if (!leaving.isEmpty()) {
            int piece = good ? leaving.length() : 1 + random.nextInt(leaving.length());
            int sent = peer.offer(leaving.substring(0, piece));
            leaving = sent < 0 ? "" : leaving.substring(sent);
        }
        if (leaving.isEmpty() && (closes || resets) && !token.isEmpty()) leave(resets);
        if (peer.hasEnded() || peer.hasReset()) leave(false);
    }

    private void leave(boolean abruptly) {
        left = true;
        // Why: an end in order would make a whole answer of one that ends with its connection.
        if (abruptly || (closes && !leaving.isEmpty())) peer.reset();
        else peer.close();
    }

    private void receive(boolean good) {
        String got = peer.seen();
        if (!reading) {
            int to = got.indexOf("\r\n\r\n") + 4;
            if (to < 4) return;
            var head = new Peer.Message(peer.text(to), "");
            token = head.path().substring(1);
            heads.merge(head.method() + " " + token, 1, Integer::sum);
            chunked = head.has("Transfer-Encoding");
            bodyLeft = head.has("Content-Length") ? Integer.parseInt(head.field("Content-Length")) : 0;
            reading = true;
            silent = !good && random.nextInt(30) == 0;
            boolean early = !good && random.nextInt(8) == 0;
            if (early && !silent) answer(good);
            got = peer.seen();
        }
        if (chunked) {
            int to = got.indexOf("0\r\n\r\n");
            if (to < 0) return;
            peer.text(to + 5);
        } else {
            int taken = Math.min(bodyLeft, got.length());
            peer.text(taken);
            bodyLeft -= taken;
            if (bodyLeft > 0) return;
        }
        reading = false;
        chunked = false;
        if (!silent && leaving.isEmpty() && !closes && !resets && !answered()) answer(good);
        answeredToken = "";
    }

    private String answeredToken = "";

    private boolean answered() {
        return answeredToken.equals(token);
    }

    private void answer(boolean good) {
        answeredToken = token;
        String body = RandomClient.echo(token, random.nextInt(5) == 0 ? random.nextInt(40_000) : random.nextInt(50));
        String interim = random.nextInt(4) == 0
                ? "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n".repeat(1 + random.nextInt(3))
                : "";
        leaving += interim
                + switch (random.nextInt(3)) {
                    case 0 -> "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
                    case 1 ->
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(body.length())
                                + "\r\n" + body + "\r\n0\r\n\r\n";
                    default -> {
                        closes = true;
                        yield "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body;
                    }
                };
        if (good) return;
        switch (random.nextInt(12)) {
            case 0 -> {
                leaving = leaving.substring(0, random.nextInt(leaving.length()));
                resets = closes || random.nextBoolean();
                closes = true;
            }
            case 1 -> leaving += closes ? "" : "extra bytes";
            case 2 -> leaving = "\u0000" + leaving;
            default -> {}
        }
    }
}
