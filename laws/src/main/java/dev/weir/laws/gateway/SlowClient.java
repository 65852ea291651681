package dev.weir.laws.gateway;

import dev.weir.laws.http.Bodies;
import dev.weir.laws.http.Message;
import dev.weir.testing.sim.World;
import dev.weir.testing.sim.law.ExchangeBook;
import dev.weir.testing.sim.net.SimNetwork;
import dev.weir.testing.sim.net.SimPeer;
import dev.weir.testing.sim.turn.Actor;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// A client that holds resources as long as it may: it moves a few bytes now and then, also after healing, and
/// reconnects when it was closed.
///
/// **Threads:** confined to its world.
final class SlowClient implements Actor {
    private static final int PORTION_BITS = 11;
    private static final long PAUSE_MILLIS_MIN = 50;
    private static final int PAUSE_MILLIS_SPREAD = 1000;
    private static final long NANOS_PER_MILLI = 1_000_000L;
    private static final int OK = 200;

    /// The address of all slow clients and of no honest one.
    private static final String HOST = "127.0.0.4";

    /// The target of requests whose origin takes nothing and says nothing.
    static final String STALLED = "/stalled";

    private final World world;
    private final SimNetwork network;
    private final int port;
    private final Habit habit;
    private final int bytes;
    private final int portionMax;
    private @Nullable SimPeer peer;
    private ExchangeBook.@Nullable Page page;
    private byte[] leaving = new byte[0];
    private int left;
    private long nextNanos;
    private boolean gone;

    /// How it is slow.
    enum Habit {
        /// It asks for much and reads a little of it now and then.
        READS_SLOWLY,
        /// It sends its head at once, and its body a little at a time.
        UPLOADS_SLOWLY,
        /// It sends everything byte by byte.
        SENDS_BYTES,
        /// It sends as fast as it may, to an origin that takes nothing.
        ASKS_THE_STALLED
    }

    /// @param bytes how much it asks for, or sends
    SlowClient(World world, SimNetwork network, int port, Habit habit, int bytes) {
        this.world = world;
        this.network = network;
        this.port = port;
        this.habit = habit;
        this.bytes = bytes;
        this.portionMax = 1 << world.chance().below(PORTION_BITS);
        this.nextNanos = world.clock().nanoTime();
    }

    @Override
    public int act() {
        if (gone || world.clock().nanoTime() - nextNanos < 0) return 0;
        pause();
        SimPeer current = peer;
        if (current == null) return come();
        if (current.hasEnded() || current.isBroken()) return go(ExchangeBook.Outcome.BROKEN);
        return send(current) + read(current);
    }

    private void pause() {
        long millis = PAUSE_MILLIS_MIN + world.chance().below(PAUSE_MILLIS_SPREAD);
        nextNanos = world.clock().nanoTime() + millis * NANOS_PER_MILLI;
    }

    private int come() {
        page = world.exchanges().begin(habit == Habit.READS_SLOWLY ? 2 : 1);
        leaving = Bodies.bytes(request(Bodies.token(page.token())));
        left = 0;
        peer = network.dial(port, HOST);
        if (peer == null) end(ExchangeBook.Outcome.BROKEN);
        return 1;
    }

    private String request(String token) {
        String path = habit == Habit.ASKS_THE_STALLED ? STALLED : "/" + token;
        String head = path + " HTTP/1.1\r\nHost: h\r\nX-Token: " + token + "\r\n";
        if (habit == Habit.READS_SLOWLY) return "GET " + head + "X-Filler: " + bytes + "\r\n\r\n";
        String body = Bodies.of(token, bytes);
        return "POST " + head + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private int send(SimPeer current) {
        int rest = leaving.length - left;
        if (rest == 0) return 0;
        int most = switch (habit) {
            case READS_SLOWLY, ASKS_THE_STALLED -> rest;
            case UPLOADS_SLOWLY -> left == 0 ? Math.min(rest, 1 + leaving.length - bytes) : portionMax;
            case SENDS_BYTES -> 1;
        };
        int sent = current.send(leaving, left, left + Math.min(rest, most));
        if (sent > 0) left += sent;
        return Math.max(0, sent);
    }

    private int read(SimPeer current) {
        int had = current.received();
        int limit = habit == Habit.READS_SLOWLY ? 1 + world.chance().below(portionMax) : Integer.MAX_VALUE;
        int fresh = current.receive(limit);
        if (fresh == 0) return 0;
        String got = current.text(0, had + fresh);
        Message head = Message.head(got);
        if (head == null) return fresh;
        if (head.status() < OK) {
            current.consume(head.length());
            return fresh;
        }
        // Why: who asks for little gets all of it soon; who reads slowly never sees the end of it.
        Message whole = head.isFramed() ? Message.whole(got, false) : null;
        if (whole == null) return fresh;
        return go(outcome(whole));
    }

    private ExchangeBook.Outcome outcome(Message answer) {
        ExchangeBook.Page own = page;
        String token = answer.field("x-token");
        if (own == null || answer.status() != OK || token == null) return ExchangeBook.Outcome.REFUSED;
        if (HexFormat.fromHexDigitsToLong(token) == own.token()) return ExchangeBook.Outcome.REPLIED;
        throw world.broken("I-7", "a slow client was given the answer of another: " + answer.head());
    }

    private int go(ExchangeBook.Outcome outcome) {
        SimPeer current = peer;
        peer = null;
        if (current != null) current.close();
        end(outcome);
        return 1;
    }

    private void end(ExchangeBook.Outcome outcome) {
        ExchangeBook.Page ended = page;
        page = null;
        if (ended != null) world.exchanges().end(ended, outcome);
    }

    /// Whether it is connected.
    boolean isThere() {
        return peer != null;
    }

    /// Disconnects for good.
    void leave() {
        gone = true;
        go(ExchangeBook.Outcome.GIVEN_UP);
    }
}
