package dev.weir.laws.http;

import dev.weir.laws.play.Client;
import dev.weir.testing.sim.World;
import dev.weir.testing.sim.law.ExchangeBook;
import dev.weir.testing.sim.net.SimNetwork;
import dev.weir.testing.sim.net.SimPeer;
import dev.weir.testing.sim.seed.Fault;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// A client that sends one request after another in pieces and checks that each answer is its own.
public final class HttpClient implements Client {
    /// The kind of server it sends requests to.
    public enum ServerKind {
        /// A gateway that forwards requests.
        GATEWAY,
        /// One that forwards bytes, nonsense included.
        RELAY,
        /// A server whose handlers answer.
        HANDLERS,
        /// One whose handlers let other threads answer.
        WORKERS;

        boolean isServer() {
            return this == HANDLERS || this == WORKERS;
        }

        /// How often a request that may be repeated reaches an origin.
        int sightingsMax() {
            return isServer() ? 1 : 2;
        }

        boolean mayRefuseWith(int status) {
            boolean isOverdue = status == 504;
            return status == 408 || status == 503 || isOverdue || status == (isServer() ? 500 : 502);
        }
    }

    private static final int LARGE_MAX = 60_000;
    private static final int SMALL_MAX = 100;
    private static final int OK = 200;
    private static final int FROZEN_TURNS = 200;

    private final World world;
    private final SimNetwork network;
    private final int port;
    private final String host;
    private final ServerKind serverKind;
    private final String identity;
    private @Nullable SimPeer peer;
    private ExchangeBook.@Nullable Page page;
    private String token = "";
    private boolean isHead;
    private byte[] leaving = new byte[0];
    private int left;
    private int looked;
    private int replies;
    private int frozenTurns;
    private int longestField;
    private boolean stopped;
    private boolean hasEnded; // its own side, after its request

    /// A client of `port`, not connected yet.
    ///
    /// @param number which one it is; every third has the same address
    public HttpClient(World world, SimNetwork network, int port, int number, ServerKind serverKind) {
        this.world = world;
        this.network = network;
        this.port = port;
        this.host = "127.0.0." + (1 + number % 3);
        this.serverKind = serverKind;
        this.identity = "client" + number;
    }

    @Override
    public boolean isPending() {
        return page != null;
    }

    /// Sends a field of up to so many bytes with some of its requests.
    public void setLongestField(int bytesMax) {
        longestField = bytesMax;
    }

    @Override
    public void stop() {
        stopped = true;
    }

    /// Over its connection or a new one.
    @Override
    public void begin() {
        SimPeer current = peer;
        if (current != null && (current.receive() > 0 || current.hasEnded() || current.isBroken())) drop(false);
        boolean isSafe = world.chance().below(2) == 0;
        page = world.exchanges().begin(isSafe ? serverKind.sightingsMax() : 1);
        token = Bodies.token(page.token());
        isHead = isSafe && world.chance().below(8) == 0;
        leaving = Bodies.bytes(request(isSafe));
        left = 0;
        looked = 0;
        hasEnded = false;
        if (peer == null) peer = network.dial(port, host);
        if (peer == null) end(ExchangeBook.Outcome.BROKEN);
    }

    private String request(boolean isSafe) {
        // Why: the origin then takes all that comes over the same connection for this client's.
        boolean logsIn = serverKind == ServerKind.GATEWAY && world.chance().below(6) == 0;
        String head = " /" + token + " HTTP/1.1\r\nHost: h\r\nX-Token: " + token + "\r\n"
                + (logsIn ? "Authorization: NTLM " + identity + "\r\n" : "")
                + Bodies.longField(world, token, longestField);
        if (isSafe) return (isHead ? "HEAD" : "GET") + head + "\r\n";
        if (world.chance().below(4) == 0) return "DELETE" + head + "\r\n";
        int filler = world.chance().below(world.chance().below(6) == 0 ? LARGE_MAX : SMALL_MAX);
        String body = Bodies.of(token, filler);
        return world.chance().below(2) == 0
                ? "POST" + head + "Content-Length: " + body.length() + "\r\n\r\n" + body
                : "POST" + head + "Transfer-Encoding: chunked\r\n\r\n"
                        + Bodies.chunked(body, world.chance().below(body.length()));
    }

    @Override
    public int act() {
        boolean healed = world.faults().isHealed();
        if (page == null) {
            if (stopped || healed) return 0;
            begin();
            return 1;
        }
        SimPeer current = peer;
        if (current == null) return 0;
        if (frozenTurns > 0 && !healed) {
            frozenTurns--;
            return 0;
        }
        if (world.faults().strikes(Fault.PEER_FREEZES, 16)) {
            frozenTurns = 1 + world.chance().below(FROZEN_TURNS);
            return 0;
        }
        if (world.faults().strikes(Fault.GIVING_UP, 8)) {
            drop(world.chance().below(2) == 0);
            end(ExchangeBook.Outcome.GIVEN_UP);
            return 1;
        }
        return send(current) + look(current);
    }

    private int send(SimPeer current) {
        int rest = leaving.length - left;
        if (rest == 0) return 0;
        boolean drips = !world.faults().isHealed() && world.chance().below(3) == 0;
        int sent =
                current.send(leaving, left, left + (drips ? 1 + world.chance().below(Math.min(rest, 30)) : rest));
        // Why: a broken path takes nothing more; what was answered before may still be read.
        if (sent < 0) left = leaving.length;
        else left += sent;
        if (left == leaving.length && halfCloses()) current.endOutput();
        return Math.max(0, sent);
    }

    private boolean halfCloses() {
        hasEnded = !world.faults().isHealed() && world.chance().below(8) == 0;
        return hasEnded;
    }

    private int look(SimPeer current) {
        int has = current.receive();
        boolean ended = current.hasEnded();
        boolean broken = current.isBroken();
        if (has == looked && !ended && !broken) return 0;
        int fresh = has - looked;
        looked = has;
        if (serverKind == ServerKind.RELAY && has > 0 && current.at(0) != 'H') {
            // Why: a relay passes on what an origin made nonsense of.
            drop(false);
            end(ExchangeBook.Outcome.BROKEN);
            return 1;
        }
        Message answer = answer(current, ended);
        if (answer != null) judge(current, answer, ended);
        else if (ended || broken) {
            drop(false);
            end(ExchangeBook.Outcome.BROKEN);
        } else {
            return fresh;
        }
        return 1;
    }

    private @Nullable Message answer(SimPeer current, boolean ended) {
        while (true) {
            String got = current.text(0, current.received());
            Message head = Message.head(got);
            if (head == null) return null;
            if (head.status() >= OK) {
                if (isHead) return head;
                if (!head.isFramed() && !ended) return null;
                return Message.whole(got, ended);
            }
            current.consume(head.length());
            looked -= head.length();
        }
    }

    private void judge(SimPeer current, Message answer, boolean ended) {
        ExchangeBook.Page own = page;
        if (own == null) throw world.broken("I-6", "an answer to nothing: " + answer.head());
        current.consume(answer.length());
        // Why: a server that answers before it has read the method cannot know that no body is wanted; it
        // closes afterwards.
        boolean unread = isHead && answer.status() != OK && "close".equals(answer.field("connection"));
        if (current.received() > 0 && !unread && serverKind != ServerKind.RELAY) {
            String more = current.text(0, current.received());
            throw world.broken("I-6", (isHead ? "HEAD, " : "") + "bytes after the answer: " + answer.head() + more);
        }
        boolean over = ended
                || hasEnded
                || current.received() > 0
                || left < leaving.length
                || "close".equals(answer.field("connection"));
        String servedAs = answer.field("x-identity");
        if (servedAs != null && !servedAs.equals(identity)) {
            throw world.broken("I-7", identity + " was served as " + servedAs + ": " + answer.head());
        }
        if (answer.status() == OK && !isStray(answer)) {
            page = null;
            replies++;
            world.exchanges().reply(own, HexFormat.fromHexDigitsToLong(tokenOf(answer)));
            if (!Bodies.hasLongFieldOf(answer, token)) {
                throw world.broken("I-7", "a long field of another, or part of it: " + answer.head());
            }
            if (!isHead && !(Bodies.isWhole(answer.body()) && answer.body().startsWith(token))) {
                throw world.broken("I-7", "a cut body, or another's, was reported as whole: " + answer.head());
            }
        } else {
            requireHonest(answer);
            end(answer.status() == OK ? ExchangeBook.Outcome.BROKEN : ExchangeBook.Outcome.REFUSED);
            over = true;
        }
        if (over) drop(false);
        looked = 0;
    }

    private String tokenOf(Message answer) {
        if (serverKind != ServerKind.WORKERS) return String.valueOf(answer.field("x-token"));
        String type = String.valueOf(answer.field("content-type"));
        return type.substring(type.indexOf('=') + 1);
    }

    /// The type of a body that says whose it is: an answer that another thread gives has no fields of its own.
    static String typeOf(String token) {
        return "text/plain;token=" + token;
    }

    /// Why: an origin says what nobody asked for; a handler cannot.
    private boolean isStray(Message answer) {
        if (serverKind.isServer()) return false;
        return answer.body().equals(Bodies.STRAY) || (isHead && answer.field("x-token") == null);
    }

    private void requireHonest(Message answer) {
        int status = answer.status();
        boolean known = status == OK || serverKind.mayRefuseWith(status);
        if (!known) throw world.broken("I-6", "an answer without a possible reason: " + answer.head());
    }

    /// How many of its requests were answered as they should be.
    public int replies() {
        return replies;
    }

    /// Leaves; with a reset when `abruptly`.
    public void drop(boolean abruptly) {
        SimPeer current = peer;
        peer = null;
        left = 0;
        leaving = new byte[0];
        if (current == null) return;
        if (abruptly) current.reset();
        else current.close();
    }

    private void end(ExchangeBook.Outcome outcome) {
        ExchangeBook.Page ended = page;
        page = null;
        if (ended != null) world.exchanges().end(ended, outcome);
    }

    @Override
    public String toString() {
        return token + ", " + (leaving.length - left) + " bytes to send, " + looked + " received";
    }
}
