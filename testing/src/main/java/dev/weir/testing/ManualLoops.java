package dev.weir.testing;

import dev.weir.loop.EventLoop;
import dev.weir.loop.LoopGroup;
import dev.weir.memory.BufferPool;
import dev.weir.transport.Endpoint;
import dev.weir.transport.Network;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/// Loops without threads: nothing happens until a test turns them.
///
/// **Owns:** nothing; the [Scene] that made it closes the group.
/// **Threads:** confined to the thread of the test.
/// **Waits:** over TCP a turn waits 20 ms of real time at most, because a kernel stands between; in memory never.
/// **Limits:** a wait that is not over after a fixed number of rounds counts as spinning, and the test fails.
public final class ManualLoops {
    private static final int QUIET_ROUNDS_MAX = 10_000;
    private static final int UNTIL_ROUNDS_MAX = 200_000;
    private static final int IDLE_ROUNDS_MAX = 500;

    private final LoopGroup group;
    private final Network network;
    private final ManualClock clock;
    private final Paths paths;
    private final long patienceNanos;
    private final WaitStrategy around = new Around();

    /// Opens the near end of a raw path.
    interface Paths {
        RawPath open(Endpoint peer);
    }

    ManualLoops(LoopGroup group, Network network, ManualClock clock, Paths paths, long patienceNanos) {
        this.group = group;
        this.network = network;
        this.clock = clock;
        this.paths = paths;
        this.patienceNanos = patienceNanos;
    }

    /// The group of the loops.
    public LoopGroup group() {
        return group;
    }

    /// The network of the loops.
    public Network network() {
        return network;
    }

    /// The first loop.
    public EventLoop loop() {
        return group.loops().getFirst();
    }

    /// The memory they share.
    public BufferPool pool() {
        return group.budget().pool();
    }

    /// Connects a scripted peer to `address`; its reads and writes turn the loops.
    ///
    /// @return the peer, owned by the caller
    public RawPeer dial(Endpoint address) {
        return new RawPeer(paths.open(address), around);
    }

    /// Listens for connections of the code under test, whose peers are scripted.
    ///
    /// @return the acceptor at a port that the network chose, owned by the caller
    public RawAcceptor listen() {
        return new RawAcceptor(new LoopListener(network, loop()), around);
    }

    /// Turns each loop once.
    ///
    /// @return the number of things done; 0 when there was nothing to do
    public int turn() {
        int done = 0;
        for (EventLoop loop : group.loops()) done += loop.turn(0);
        return done;
    }

    /// Turns the loops until they have nothing to do.
    ///
    /// @throws AssertionError when they never become idle: something is spinning
    public void turnUntilQuiet() {
        for (int round = 0; round < QUIET_ROUNDS_MAX; round++) {
            if (round() == 0) return;
        }
        throw new AssertionError("the loops found something to do in each of " + QUIET_ROUNDS_MAX
                + " turns: something is ready and nobody takes it");
    }

    /// Turns the loops until `done` holds.
    ///
    /// @throws AssertionError when the loops have nothing more to do and `done` does not hold
    public void turnUntil(BooleanSupplier done) {
        int idle = 0;
        for (int round = 0; round < UNTIL_ROUNDS_MAX && idle < IDLE_ROUNDS_MAX; round++) {
            if (done.getAsBoolean()) return;
            idle = round() == 0 ? idle + 1 : 0;
        }
        throw new AssertionError("waited in vain; " + (idle == 0 ? "the loops are spinning" : "the loops are idle"));
    }

    /// Advances the clock in one step and lets the loops run.
    public void pass(Duration time) {
        clock.advance(time);
        turnUntilQuiet();
    }

    private final class Around implements WaitStrategy {
        @Override
        public int goOn() {
            return round();
        }

        @Override
        public int idleRoundsMax() {
            return IDLE_ROUNDS_MAX;
        }

        @Override
        public void pass(Duration time) {
            // Why: bytes sent before have arrived before time advances.
            turnUntilQuiet();
            ManualLoops.this.pass(time);
        }
    }

    private int round() {
        int done = turn();
        if (done > 0 || patienceNanos == 0) return done;
        for (EventLoop loop : group.loops()) done += loop.turn(patienceNanos);
        return done;
    }
}
