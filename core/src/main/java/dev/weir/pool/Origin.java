package dev.weir.pool;

import dev.weir.connection.ConnectionRole;
import dev.weir.transport.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// One backend of an upstream: its address, its connections, how it has behaved.
///
/// **Owns:** nothing; it counts the connections to it.
/// **Threads:** thread-safe; what it tells may be a little old.
/// **Limits:** a slot is taken before a connection is made and freed when its descriptor is; there are
/// [PoolLimits#connectionsMax] for its upstream, of the slots that its address has for all upstreams.
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
    private final AtomicLong created = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private volatile boolean isLeaving;
    private volatile long emptySinceNanos;
    private volatile boolean wasEmptied;

    /// Where an origin is.
    ///
    /// @param socket can be connected to as it is: a name only where the network has names itself
    /// @param text how people and messages name it, such as `127.0.0.1:9001`; ASCII
    /// @param name how it calls itself, such as `db.internal:9001`; ASCII
    public record Address(Endpoint socket, String text, String name) {
        /// One that has no other name.
        public Address(Endpoint socket, String text) {
            this(socket, text, text);
        }
    }

    /// A site, and the sites it is one of.
    record Slots(SharedAddresses sharedAddresses, SharedAddress sharedAddress) {}

    /// @param role of the pool's connections to it
    /// @param number its own among those of its pool
    /// @param connectionsMax to it from its pool
    /// @param charged what the pool's connections are charged
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

    /// Where it is.
    public Endpoint address() {
        return where.socket();
    }

    /// How people and messages name it.
    public String text() {
        return where.text();
    }

    /// The same in bytes; lent: nobody may change them.
    public byte[] asciiBytes() {
        return asciiBytes;
    }

    /// How it calls itself, in bytes; lent: nobody may change them.
    public byte[] nameBytes() {
        return nameBytes;
    }

    /// Where it is, and all its names.
    public Address where() {
        return where;
    }

    /// Where connections to it stand.
    ConnectionRole role() {
        return role;
    }

    /// Its own number among the origins of its pool, from 0: nobody else has it until this one has left and its
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

    /// Exchanges that have a connection to it, or were promised one.
    public int outstanding() {
        return outstanding.get();
    }

    /// Connections to it, those being made and those being closed included.
    public int connections() {
        return connections.get();
    }

    /// Connections to it that nobody uses.
    public int idle() {
        return Math.max(0, idle.get());
    }

    /// Whether whoever chooses it has to wait.
    public boolean isFull() {
        return idle.get() <= 0 && !hasRoom();
    }

    /// Whether it refused a connection lately: 1 s after the first time, doubling to 30 s, until one succeeds.
    public boolean isPassedOver(long nowNanos) {
        return health.isPassedOver(nowNanos);
    }

    /// Whether the last attempt to connect to it failed, however long ago; false until there was one.
    public boolean isFailing() {
        return health.isFailing();
    }

    /// Connections made to it since the beginning.
    public long created() {
        return created.get();
    }

    /// Attempts to connect to it that failed, since the beginning.
    public long failed() {
        return failed.get();
    }

    // ---- slots

    /// Whether one more connection may be made to it.
    boolean hasRoom() {
        return !isLeaving && connections.get() < connectionsMax && charged.hasRoom() && sharedAddress.hasRoom();
    }

    boolean tryReserve() {
        // Why: a look without the lock; what comes free is seen by whoever is served for it.
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

    /// From now on nobody chooses it, and none of its connections is kept.
    void leave() {
        // Why: what is being reserved is seen, or sees this.
        synchronized (sharedAddresses.lock()) {
            isLeaving = true;
        }
    }

    /// It is wanted again, before another had its place.
    void stay() {
        isLeaving = false;
    }

    /// Whether nobody chooses it any more, and none of its connections is kept.
    public boolean isLeaving() {
        return isLeaving;
    }

    void promised() {
        outstanding.incrementAndGet();
    }

    void promiseEnded() {
        outstanding.decrementAndGet();
    }

    // ---- behaviour

    /// A connection to it was made; true when it was failing until now.
    boolean succeeded() {
        created.incrementAndGet();
        return health.succeeded();
    }

    void failed(long nowNanos) {
        failed.incrementAndGet();
        health.failed(nowNanos);
    }

    /// Whether there is a connection to it that has been made.
    boolean hasOpen() {
        return open.get() > 0;
    }

    /// Whether the last attempt to connect to it failed, and no connection shows that it lives all the same.
    boolean isDown() {
        return health.isFailing() && open.get() == 0;
    }

    /// Since when it is down, if it is: the first of its latest failures, or the end of its last connection.
    long downSinceNanos() {
        long failing = health.failingSinceNanos();
        return wasEmptied && emptySinceNanos - failing > 0 ? emptySinceNanos : failing;
    }

    // ---- its connections

    void opened() {
        open.incrementAndGet();
    }

    void lost(long nowNanos) {
        // Why: before others can see that it is down.
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
