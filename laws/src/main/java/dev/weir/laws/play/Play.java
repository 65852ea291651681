package dev.weir.laws.play;

import dev.weir.loop.CloseReport;
import dev.weir.loop.EventLoop;
import dev.weir.loop.LoopGroup;
import dev.weir.memory.MemoryPlan;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.wait.FairBy;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;
import dev.weir.testing.sim.World;
import dev.weir.testing.sim.law.ExchangeBook;
import dev.weir.testing.sim.net.SimNetwork;
import dev.weir.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// The common frame of scenarios. Clients act in a world. After the storm the world is healed, every exchange
/// gets an outcome, each client is served once more, and closing leaves nothing open.
///
/// **Threads:** confined to its world.
///
/// @param <C> the type of its clients
public abstract class Play<C extends Client> {
    /// The port of the only server.
    protected static final int PORT = 8080;

    /// The number of blocks that is enough for all clients.
    protected static final int PLENTY_BLOCKS = 128;

    /// An origin that was down is passed over for 30 s at most.
    protected static final long PASSED_OVER_NANOS = 31_000_000_000L;

    private static final int CONNECTIONS_CHARGED = 2_000;

    /// The world.
    protected final World world;

    /// The network.
    protected final SimNetwork network;

    /// The clients.
    protected final List<C> clients = new ArrayList<>();

    private final long healingNanos;

    /// @param pipeBytes how many bytes one direction of a connection holds
    /// @param healing how long everything may take to finish after healing
    protected Play(World world, int pipeBytes, Duration healing) {
        this.world = world;
        this.network = world.network(pipeBytes);
        this.healingNanos = healing.toNanos();
    }

    /// A number in `[0, bound)`.
    protected final int below(int bound) {
        return world.chance().below(bound);
    }

    /// So many seconds.
    protected static Duration seconds(int count) {
        return Duration.ofSeconds(count);
    }

    /// A deadline so many seconds from now.
    protected final Deadline in(int seconds) {
        return Deadline.in(world.clock(), seconds(seconds));
    }

    // ---- a runtime

    /// The memory of a runtime that is often scarce, for both ways to be fair.
    ///
    /// @param reserveBlocks what is kept for finishing
    protected final MemoryPlan.Settings memory(int reserveBlocks) {
        return MemoryPlan.Settings.DEFAULT
                .withSlabBytes(BlockSize.NORMAL.bytes())
                .withReserveBlocks(reserveBlocks)
                .withFairBy(FairBy.values()[(int) (world.seed() >>> 1 & 1)]);
    }

    /// What `blocks` normal blocks take, beside the scratch of each loop.
    protected static long bytes(int loops, int blocks) {
        return EventLoop.fixedBytes(loops) + (long) blocks * BlockSize.NORMAL.bytes();
    }

    /// Settings of a runtime whose connections are charged for beside `bytes`.
    protected static WeirSettings charged(int loops, long bytes) {
        long connections = WeirSettings.connectionsBytes(CONNECTIONS_CHARGED, loops);
        return WeirSettings.of("sim", bytes + connections, CONNECTIONS_CHARGED).withLoops(loops);
    }

    /// A runtime whose loops live in the world.
    protected final Weir open(WeirSettings settings) {
        Weir weir = Weir.open(settings, LoopGroup.Drive.BY_HAND, world.throwingClock(), world.ledger(), network);
        world.add(weir.group());
        return weir;
    }

    // ---- the end of a storm

    /// Stops all clients.
    protected final void stop() {
        clients.forEach(Client::stop);
    }

    /// Ends all faults and waits until every exchange has an outcome.
    protected final void heal() {
        world.heal();
        stop();
        finish("every exchange has an outcome");
    }

    /// Waits until no client waits for an answer.
    ///
    /// @param what is waited for, in words
    protected final void finish(String what) {
        until(() -> clients.stream().noneMatch(Client::isPending), what);
    }

    /// Waits until `done` holds.
    ///
    /// @param what is waited for, in words
    protected final void until(BooleanSupplier done, String what) {
        world.until(done, healingNanos, what);
    }

    /// Makes a loop fail; waits until it has ended and all its connections are closed.
    protected final void kill(LoopGroup group) {
        world.kill(group);
        until(() -> !group.hasAllLoops(), "a loop that cannot go on has ended");
        heal();
    }

    /// The number of answers so far.
    protected final int replied() {
        return world.exchanges().count(ExchangeBook.Outcome.REPLIED);
    }

    /// Sends one more request of `client`, which must be answered.
    protected final void serve(C client) {
        int before = replied();
        client.begin();
        until(() -> !client.isPending(), "a client is answered after healing");
        if (replied() == before) {
            throw world.broken("liveness", "after healing a client was not served: " + client);
        }
    }

    // ---- nothing is left

    /// Checks that no blocks of `group` are held after all clients have left.
    protected final void requireNothingHeld(LoopGroup group) {
        var budget = group.budget();
        if (budget.pool().buffersLive() != 0) {
            throw world.broken("I-1", "blocks are held after all clients have left: " + budget.owners());
        }
    }

    /// Checks that closing has left nothing open.
    protected final void requireClean(CloseReport report) {
        if (!report.isClean()) throw world.broken("I-10", "survivors: " + report.survivors());
    }
}
