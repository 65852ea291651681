package dev.weir.connection;

import dev.weir.loop.EventLoop;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The connections of one server on one loop that have sent their last answer and only wait until the peer has read
/// it. Closing them while the peer still sends would make the kernel reset the connection, and a reset can destroy
/// an answer that has not been read.
///
/// They have places of their own, so that clients which never stop sending do not use up the server's limit of
/// connections. When all places are taken, the connection that has lingered longest is closed.
///
/// **Threads:** confined to its loop.
/// **Limits:** the number of places it was made with; each place is charged. A connection lingers until its peer
/// ends its side, the peer has sent nothing for the silence time, or the total time is over. No limit of bytes.
/// **Source:** ADR 23.
public final class Lingering {
    /// The default silence time: how long a connection lingers without a byte from its peer.
    public static final Duration SILENCE = Duration.ofSeconds(5);

    /// The default total time that a connection lingers.
    public static final Duration TOTAL = Duration.ofSeconds(30);

    /// The least number of connections of one server that may linger at once.
    private static final int PLACES_MIN = 8;

    /// A server has one lingering place for this many connections.
    private static final int CONNECTIONS_PER_PLACE = 20;

    /// The silence time for a peer that has sent its whole request.
    private static final long SILENCE_NANOS_WHOLE = 1_000_000_000L;

    private final EventLoop loop;
    private final int places;
    private final long silenceNanos;
    private final long totalNanos;
    private @Nullable Member first;
    private @Nullable Member last;
    private int listed;
    private int taken;

    /// A connection that lingers.
    abstract static class Member {
        private @Nullable Member previous;
        private @Nullable Member next;

        /// Whether it has a place.
        abstract boolean hasPlace();

        /// Takes a place.
        ///
        /// @return false if it was closed while it waited for the place
        abstract boolean takePlace();

        /// Ends it, because it has lingered longest and another connection needs its place.
        abstract void giveWay();
    }

    /// Creates it without connections.
    ///
    /// @param places how many connections may linger at once, at least 1
    public Lingering(EventLoop loop, int places, Duration silence, Duration total) {
        if (places < 1) throw new IllegalArgumentException("places must be at least 1, was " + places);
        this.loop = loop;
        this.places = places;
        this.silenceNanos = silence.toNanos();
        this.totalNanos = total.toNanos();
    }

    /// How many places a server has on each loop: a twentieth of its connections, at least 8, shared by the loops
    /// equally.
    ///
    /// @param connectionsMax connections of the server at once
    /// @param loops event loops of the runtime
    public static int placesPerLoop(int connectionsMax, int loops) {
        return Math.ceilDiv(Math.max(PLACES_MIN, connectionsMax / CONNECTIONS_PER_PLACE), loops);
    }

    /// The same on all loops together.
    ///
    /// @param connectionsMax connections of the server at once
    /// @param loops event loops of the runtime
    public static int places(int connectionsMax, int loops) {
        return loops * placesPerLoop(connectionsMax, loops);
    }

    /// The number of places in use.
    public int taken() {
        return taken;
    }

    long totalNanos() {
        return totalNanos;
    }

    /// How long it lingers without a byte.
    ///
    /// @param expectsInput whether the peer has not yet sent the whole request that was answered
    long silenceNanos(boolean expectsInput) {
        return expectsInput ? silenceNanos : Math.min(silenceNanos, SILENCE_NANOS_WHOLE);
    }

    void add(Member newest) {
        loop.requireCurrent();
        newest.previous = last;
        if (last == null) first = newest;
        else last.next = newest;
        last = newest;
        listed++;
        Member oldest = first;
        // Why: its place is free only when its descriptor is, at the end of the turn.
        if (listed > places && oldest != null) oldest.giveWay();
        takePlaces();
    }

    /// Gives free places to the connections that have lingered longest without one.
    private void takePlaces() {
        for (Member one = first; one != null && taken < places; ) {
            Member next = one.next;
            if (!one.hasPlace() && one.takePlace()) taken++;
            one = next;
        }
    }

    /// Does nothing for a connection that does not linger.
    void remove(Member leaving) {
        Member before = leaving.previous;
        Member after = leaving.next;
        if (before == null && first != leaving) return;
        if (before == null) first = after;
        else before.next = after;
        if (after == null) last = before;
        else after.previous = before;
        leaving.previous = null;
        leaving.next = null;
        listed--;
    }

    void leave() {
        taken--;
        takePlaces();
    }
}
