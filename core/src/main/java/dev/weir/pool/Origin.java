package dev.weir.pool;

import dev.weir.connection.ConnectionRole;
import dev.weir.transport.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// One backend of an upstream: its address, its connections and its health.
///
/// **Owns:** nothing; it counts the connections to it.
/// **Threads:** thread-safe; numbers may be slightly stale.
/// **Limits:** a slot is taken before a connection is made and freed when its descriptor is free. Its upstream has
/// [PoolLimits#connectionsMax] slots here, within the slots that the address has for all upstreams.
/// **Source:** ADR 33.
public final class Origin {
    private final Address where;
    private final ConnectionRole role;
    private final byte[] asciiBytes;
    private final byte[] nameBytes;
    private final int number;
    private final int connectionsMax;
    private final SharedAddresses sharedAddresses;
    private final SharedAddress sharedAddress;
    private final Health health;
    private final ChargedConnections charged;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger idle = new AtomicInteger();
    private final AtomicInteger outstanding = new AtomicInteger();
    private final AtomicLong failed = new AtomicLong();
    private volatile boolean isLeaving;
    private volatile long emptySinceNanos;
    private volatile boolean wasEmptied;

    /// The address of an origin.
    ///
    /// @param socket what is connected to; a name only if the network itself knows names
    /// @param text its name in messages, such as `127.0.0.1:9001`; ASCII
    /// @param name its own name, such as `db.internal:9001`; ASCII
    public record Address(Endpoint socket, String text, String name) {
        /// An address without a name of its own.
        public Address(Endpoint socket, String text) {
            this(socket, text, text);
        }
    }

    /// The shared address of an origin, with the collection that has its lock.
    record Slots(SharedAddresses sharedAddresses, SharedAddress sharedAddress) {}

    /// @param role the role of the pool's connections to it
    /// @param number its number among the origins of its pool
    /// @param connectionsMax connections to it from its pool
    /// @param charged the charged connections of the pool
    Origin(
            Address where,
            ConnectionRole role,
            int number,
            int connectionsMax,
            Slots seat,
            Health health,
            ChargedConnections charged) {
        this.where = where;
        this.role = role;
        this.asciiBytes = where.text().getBytes(StandardCharsets.US_ASCII);
        this.nameBytes = where.name().getBytes(StandardCharsets.US_ASCII);
        this.number = number;
        this.connectionsMax = connectionsMax;
        this.sharedAddresses = seat.sharedAddresses;
        this.sharedAddress = seat.sharedAddress;
        this.health = health;
        this.charged = charged;
    }

    /// The endpoint to connect to.
    public Endpoint address() {
        return where.socket();
    }

    /// Its name in messages.
    public String text() {
        return where.text();
    }

    /// The same as bytes; lent, not to be changed.
    public byte[] asciiBytes() {
        return asciiBytes;
    }

    /// Its own name as bytes; lent, not to be changed.
    public byte[] nameBytes() {
        return nameBytes;
    }

    /// Its address with all names.
    public Address where() {
        return where;
    }

    /// The role of connections to it.
    ConnectionRole role() {
        return role;
    }

    /// Its number among the origins of its pool, from 0. It is not used again until this origin was removed and its
    /// last connection has ended.
    public int number() {
        return number;
    }

    SharedAddress sharedAddress() {
        return sharedAddress;
    }

    Health health() {
        return health;
    }

    /// The number of exchanges that have a connection to it or were promised one.
    public int outstanding() {
        return outstanding.get();
    }

    /// The number of connections to it, including those being made and those being closed.
    public int connections() {
        return connections.get();
    }

    /// The number of idle connections to it.
    public int idle() {
        return Math.max(0, idle.get());
    }

    /// Whether a new exchange would have to wait here: no connection is idle and no slot is free.
    public boolean isFull() {
        return idle.get() <= 0 && !hasRoom();
    }

    /// Whether it is passed over because connecting failed lately: for 1 s after the first failure, doubling to 30
    /// s, until an attempt succeeds.
    public boolean isPassedOver(long nowNanos) {
        return health.isPassedOver(nowNanos);
    }

    /// Whether the last attempt to connect to it failed, however long ago; false before the first attempt.
    public boolean isFailing() {
        return health.isFailing();
    }

    /// Attempts to connect to it that failed, since the beginning.
    public long failed() {
        return failed.get();
    }

    // ---- slots

    /// Whether one more connection may be made.
    boolean hasRoom() {
        return !isLeaving && connections.get() < connectionsMax && charged.hasRoom() && sharedAddress.hasRoom();
    }

    boolean tryReserve() {
        // Why: looked at without the lock first. A slot that becomes free later is given to a waiter anyway.
        if (!hasRoom()) return false;
        synchronized (sharedAddresses.lock()) {
            if (!hasRoom()) return false;
            connections.incrementAndGet();
            charged.take();
            sharedAddress.take();
            return true;
        }
    }

    void freeSlot() {
        synchronized (sharedAddresses.lock()) {
            connections.decrementAndGet();
            charged.free();
            sharedAddresses.free(sharedAddress);
        }
    }

    /// Removes it: from now on it is not chosen, and none of its connections is kept.
    void leave() {
        // Why: under the lock, so that a reservation at the same time is either counted already or refused.
        synchronized (sharedAddresses.lock()) {
            isLeaving = true;
        }
    }

    /// It is named again before its last connection has ended.
    void stay() {
        isLeaving = false;
    }

    /// Whether it was removed: it is not chosen any more, and none of its connections is kept.
    public boolean isLeaving() {
        return isLeaving;
    }

    void promised() {
        outstanding.incrementAndGet();
    }

    void promiseEnded() {
        outstanding.decrementAndGet();
    }

    // ---- health

    /// A connection to it was made; returns whether it was failing until now.
    boolean succeeded() {
        return health.succeeded();
    }

    void failed(long nowNanos) {
        failed.incrementAndGet();
        health.failed(nowNanos);
    }

    /// Whether there is an established connection to it.
    boolean hasOpen() {
        return open.get() > 0;
    }

    /// Whether it is down: the last attempt to connect failed, and there is no established connection.
    boolean isDown() {
        return health.isFailing() && open.get() == 0;
    }

    /// Since when it is down, if it is: since the first of its recent failures, or since the end of its last
    /// connection if that was later.
    long downSinceNanos() {
        long failing = health.failingSinceNanos();
        return wasEmptied && emptySinceNanos - failing > 0 ? emptySinceNanos : failing;
    }

    // ---- its connections

    void opened() {
        open.incrementAndGet();
    }

    void lost(long nowNanos) {
        // Why: before other threads can see that it is down.
        emptySinceNanos = nowNanos;
        wasEmptied = true;
        open.decrementAndGet();
    }

    void becameIdle() {
        idle.incrementAndGet();
    }

    void leftIdle() {
        idle.decrementAndGet();
    }

    @Override
    public String toString() {
        return text();
    }
}
