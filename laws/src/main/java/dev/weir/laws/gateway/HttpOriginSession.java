package dev.weir.laws.gateway;

import dev.weir.laws.http.Bodies;
import dev.weir.laws.http.Message;
import dev.weir.testing.sim.SimOrigin;
import dev.weir.testing.sim.World;
import dev.weir.testing.sim.net.SimPeer;
import dev.weir.testing.sim.seed.Fault;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Answers HTTP requests with their own token, in every framing there is.
final class HttpOriginSession implements SimOrigin.Session {
    private static final int LARGE_MAX = 60_000;
    private static final int SMALL_MAX = 60;
    private static final List<String> BEGINNINGS = List.of("GET /", "HEAD /", "DELETE /", "POST /");

    private final World world;
    private final GatewayScenario mode;
    private String early = "";
    private boolean ends;
    private String identity = ""; // whom this connection was logged in as

    HttpOriginSession(World world, GatewayScenario mode) {
        this.world = world;
        this.mode = mode;
    }

    static SimOrigin.Protocol protocol(World world, GatewayScenario mode) {
        return new SimOrigin.Protocol() {
            @Override
            public SimOrigin.Session newSession() {
                return new HttpOriginSession(world, mode);
            }

            @Override
            public byte[] stray() {
                return Bodies.bytes(
                        "HTTP/1.1 200 OK\r\nContent-Length: " + Bodies.STRAY.length() + "\r\n\r\n" + Bodies.STRAY);
            }
        };
    }

    @Override
    public byte @Nullable [] answer(SimPeer peer) {
        if (peer.received() == 0) return null;
        String got = peer.text(0, peer.received());
        // Why: a head that is cut as well would only be waited for.
        if (BEGINNINGS.stream().noneMatch(one -> one.startsWith(got) || got.startsWith(one))) {
            throw world.broken("I-7", "bytes that no client sent: " + got);
        }
        Message head = Message.head(got);
        if (head == null) return null;
        String token = head.path().substring(1);
        logIn(head);
        if (!token.equals(early)) {
            if (!token.equals(head.field("x-token"))) {
                throw world.broken("I-7", "the fields of another: " + head.head());
            }
            if (!Bodies.hasLongFieldOf(head, token)) {
                throw world.broken("I-7", "a long field of another, or part of it: " + head.head());
            }
            if (world.faults().strikes(Fault.EARLY_ANSWER)) {
                seen(token);
                early = token;
                return answer(head, token);
            }
        }
        Message whole = Message.whole(got, false);
        if (whole == null) return null;
        boolean wasEarly = token.equals(early);
        if (!whole.body().isEmpty() && !whole.body().equals(Bodies.of(token, filler(whole.body())))) {
            throw world.broken("I-7", "request " + token + " came with another's body, or part of it");
        }
        peer.consume(whole.length());
        early = "";
        if (wasEarly) return null;
        seen(token);
        return answer(head, token);
    }

    /// Credentials of such a scheme hold for the connection: what comes next without any is answered in the
    /// same name.
    private void logIn(Message head) {
        String credentials = head.field("authorization");
        if (credentials != null) identity = credentials.substring("NTLM ".length());
    }

    private static int filler(String body) {
        return Math.max(0, body.length() - 2 * Bodies.TOKEN_LETTERS - 2);
    }

    private void seen(String token) {
        world.exchanges().seen(HexFormat.fromHexDigitsToLong(token));
    }

    private byte[] answer(Message request, String token) {
        String wanted = request.field("x-filler");
        int filler = wanted != null
                ? Integer.parseInt(wanted)
                : world.chance().below(world.chance().below(6) == 0 ? LARGE_MAX : SMALL_MAX);
        String body = Bodies.of(token, filler);
        boolean isHead = request.method().equals("HEAD");
        String interim = world.chance().below(6) == 0 ? "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" : "";
        String field = "HTTP/1.1 200 OK\r\nX-Token: " + token + "\r\n"
                + (identity.isEmpty() ? "" : "X-Identity: " + identity + "\r\n")
                + Bodies.longField(world, token, mode.longestField(world));
        // Why: a relay ends in order what has been idle for too long, and such a body would not tell
        // that it is cut.
        int framings = mode == GatewayScenario.TCP ? 2 : 3;
        return Bodies.bytes(interim
                + switch (world.chance().below(framings)) {
                    case 0 -> field + "Content-Length: " + body.length() + "\r\n\r\n" + (isHead ? "" : body);
                    case 1 ->
                        field + "Transfer-Encoding: chunked\r\n\r\n"
                                + (isHead
                                        ? ""
                                        : Bodies.chunked(body, world.chance().below(body.length())));
                    default -> {
                        ends = true;
                        yield field + "Connection: close\r\n\r\n" + (isHead ? "" : body);
                    }
                });
    }

    @Override
    public void corrupt(byte[] answer) {
        answer[0] = 0;
    }

    @Override
    public boolean endsWithConnection() {
        return ends;
    }
}
