package dev.weir.testing.sim;

import dev.weir.connection.Connections;
import dev.weir.ledger.Balance;
import dev.weir.ledger.Kind;
import dev.weir.ledger.Ledger;
import dev.weir.loop.EventLoop;
import dev.weir.loop.LoopGroup;
import dev.weir.loop.Mailbox;
import dev.weir.memory.MemoryBudget;
import dev.weir.memory.wait.WaitCounts;
import dev.weir.testing.sim.law.BookedBlocks;
import dev.weir.testing.sim.law.ExchangeBook;
import dev.weir.testing.sim.law.LawChecker;
import dev.weir.testing.sim.net.NetworkWorld;
import dev.weir.testing.sim.net.SimNetwork;
import dev.weir.testing.sim.net.SimPoller;
import dev.weir.testing.sim.seed.Conditions;
import dev.weir.testing.sim.seed.Fault;
import dev.weir.testing.sim.seed.Faults;
import dev.weir.testing.sim.seed.LawBroken;
import dev.weir.testing.sim.seed.PlannedDeath;
import dev.weir.testing.sim.seed.RarePaths;
import dev.weir.testing.sim.seed.SimClock;
import dev.weir.testing.sim.seed.Trace;
import dev.weir.testing.sim.turn.Actor;
import dev.weir.testing.sim.turn.Lockstep;
import dev.weir.time.Chance;
import dev.weir.time.Clock;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A simulated world in which everything follows from the seed. Loops, the network, peers, the clock and
/// threads take turns. The seed decides whose turn it is, what arrives and which faults strike. The laws are
/// checked after each step.
///
/// Faults strike during [#step]; [#heal] ends them, and [#until] lets the rest finish.
///
/// **Owns:** nothing; a scenario closes what it opens.
/// **Threads:** confined to the thread that made it, and to those it lets run.
/// **Waits:** never waits: the clock is advanced when nothing else can happen.
/// **Fails:** [LawBroken] as soon as an invariant does not hold, or a wait never ends.
/// **Source:** TigerBeetle's simulator; turmoil; FoundationDB's simulation.
public final class World implements NetworkWorld {
    private static final int THREADS_WEIGHT = 3;
    private static final int WAKES_SPARE = 40;
    private static final int BUSY_ROUNDS_MAX = 20_000;
    private static final long JUMP_NANOS_MAX = 90_000_000_000L;
    private static final int JUMP_PARTS = 1 << 20;

    private final long seed;
    private final Conditions conditions;
    private final Lockstep threads;
    private final RarePaths rarePaths;
    private final Ledger ledger;
    private final LawChecker checker;
    private final ExchangeBook exchanges;
    private final List<Actor> actors = new ArrayList<>();
    private final List<SimPoller> pollers = new ArrayList<>();
    private final List<LoopGroup> groups = new ArrayList<>();
    private final List<MemoryBudget> budgets = new ArrayList<>();
    private int[] turns = new int[0];
    private @Nullable SimNetwork network;
    private long steps;

    /// An empty world.
    ///
    /// @param omitted the numbers of faults that are left out
    /// @param log the log of all events; null for none
    public World(long seed, SortedSet<Integer> omitted, @Nullable PrintWriter log) {
        this(seed, new Conditions(seed, omitted, log), null);
    }

    private World(long seed, Conditions conditions, @Nullable Ledger ledger) {
        this.seed = seed;
        this.conditions = conditions;
        this.threads = new Lockstep(conditions);
        this.rarePaths = new RarePaths(conditions, threads::maybePass);
        this.checker = new LawChecker(conditions);
        this.exchanges = new ExchangeBook(conditions);
        this.ledger = ledger == null ? new Ledger("world " + seed, conditions.throwingClock()) : ledger;
    }

    /// A world without randomness: bytes arrive in order, and only scripted faults happen.
    ///
    /// @param ledger the ledger of everything alive
    public static World calm(Ledger ledger) {
        return new World(0, Conditions.calm(), ledger);
    }

    // ---- what is in it

    /// The seed.
    public long seed() {
        return seed;
    }

    @Override
    public Conditions conditions() {
        return conditions;
    }

    /// Its time.
    public SimClock clock() {
        return conditions.clock();
    }

    /// The clock for the code under test, which may throw.
    public Clock throwingClock() {
        return conditions.throwingClock();
    }

    /// What happened.
    public Trace trace() {
        return conditions.trace();
    }

    /// The random numbers of scenarios and their peers.
    public Chance chance() {
        return conditions.chance();
    }

    /// What goes wrong.
    public Faults faults() {
        return conditions.faults();
    }

    @Override
    public RarePaths rarePaths() {
        return rarePaths;
    }

    @Override
    public Lockstep threads() {
        return threads;
    }

    /// The book of everything alive.
    public Ledger ledger() {
        return ledger;
    }

    /// The checker of the laws.
    public LawChecker checker() {
        return checker;
    }

    /// The book of exchanges.
    public ExchangeBook exchanges() {
        return exchanges;
    }

    /// How many steps were made.
    public long steps() {
        return steps;
    }

    /// Makes the network of this world.
    ///
    /// @param pipeBytes how many bytes one direction of a connection holds
    public SimNetwork network(int pipeBytes) {
        if (network != null) throw new IllegalStateException("a world has one network");
        var made = new SimNetwork(this, ledger, pipeBytes);
        network = made;
        add(made, 4);
        return made;
    }

    /// Adds manual loops that were opened over the network of this world.
    public void add(LoopGroup group) {
        groups.add(group);
        for (EventLoop loop : group.loops()) {
            var poller = (SimPoller) loop.poller();
            pollers.add(poller);
            add(() -> turn(loop, poller), 4);
        }
        // Why: only once, and only where there may be threads.
        if (!actors.contains(threads)) add(threads, THREADS_WEIGHT);
        var budget = group.budget();
        budgets.add(budget);
        checker.add("I-1, I-2, I-3", budget::complaint);
    }

    private int turn(EventLoop loop, SimPoller poller) {
        if (!poller.wakes()) return 0;
        threads.turns(loop);
        try {
            return loop.turn(Long.MAX_VALUE);
        } finally {
            threads.turns(null);
        }
    }

    /// Makes a loop of `group` fail in one of several ways; a broken clock makes all of them fail.
    public void kill(LoopGroup group) {
        EventLoop loop = group.loops().get(faults().below(group.loops().size()));
        switch (faults().below(4)) {
            case 0 -> ((SimPoller) loop.poller()).breaks();
            case 1 -> conditions.throwingClock().breaks();
            default ->
                loop.post(new Mailbox.Node(() -> {
                    throw new PlannedDeath("in a turn of " + loop);
                }));
        }
    }

    /// Checks for the connections of a group of this world that the blocks they hold are the blocks booked on them.
    public void watch(Connections connections) {
        checker.add("I-1", new BookedBlocks(connections.group().budget(), connections));
    }

    @Override
    public LoopGroup group() {
        if (groups.isEmpty()) throw new IllegalStateException("no loops live in this world yet");
        return groups.getFirst();
    }

    /// Adds an actor.
    ///
    /// @param weight how often it acts, relative to others; 0 for only after healing
    public void add(Actor actor, int weight) {
        int index = actors.size();
        actors.add(actor);
        int length = turns.length;
        turns = java.util.Arrays.copyOf(turns, length + weight);
        for (int i = length; i < turns.length; i++) turns[i] = index;
    }

    // ---- time

    /// One step: an actor does one thing, or a little time passes.
    public void step() {
        conditions.throwingClock().begins();
        int drawn = conditions.scheduling().below(turns.length + 3);
        if (drawn >= turns.length) {
            pass();
        } else {
            int who = turns[drawn];
            int done = actors.get(who).act();
            trace().note("step", who, done);
        }
        steps++;
        checker.check();
    }

    private void pass() {
        if (faults().strikes(Fault.CLOCK_JUMP, 4)) {
            clock().advance((long) faults().below(JUMP_PARTS) * (JUMP_NANOS_MAX / JUMP_PARTS));
        } else if (conditions.scheduling().below(4) == 0) {
            long next = nextNanos();
            if (next != Long.MAX_VALUE) clock().advance(next);
        } else {
            // Why: all orders of magnitude of a wait are equally likely, from a nanosecond to two seconds.
            clock().advance(conditions.scheduling().next()
                    >>> (33 + conditions.scheduling().below(31)));
        }
        trace().note("time", clock().sinceBegin(), 0);
    }

    private long nextNanos() {
        long now = clock().nanoTime();
        long next = network == null ? Long.MAX_VALUE : network.nextNanos();
        next = Math.min(next, threads.nextNanos(now));
        for (SimPoller poller : pollers) next = Math.min(next, poller.sleepNanos(now));
        return next;
    }

    /// Ends all faults from now on.
    public void heal() {
        faults().heal();
        trace().note("healed", 0, 0);
    }

    /// Lets all actors act until `done` holds; time passes when none has anything to do.
    ///
    /// @param nanosMax how much time may pass
    /// @param what is waited for, in words
    public void until(BooleanSupplier done, long nanosMax, String what) {
        long beganNanos = clock().nanoTime();
        for (int busy = 0; !done.getAsBoolean(); ) {
            if (round() > 0) {
                if (++busy > BUSY_ROUNDS_MAX) throw broken("I-11", "an actor is busy for ever, waiting until " + what);
                continue;
            }
            if (done.getAsBoolean()) return;
            busy = 0;
            long next = nextNanos();
            if (next == Long.MAX_VALUE) throw broken("liveness", "nothing will ever happen, waiting until " + what);
            clock().advance(next);
            trace().note("time", clock().sinceBegin(), 1);
            if (clock().nanoTime() - beganNanos > nanosMax) {
                throw broken("liveness", "not within " + nanosMax / 1_000_000_000L + " s: " + what);
            }
        }
    }

    @Override
    public void settle() {
        for (int busy = 0; round() > 0; busy++) {
            if (busy > BUSY_ROUNDS_MAX) throw broken("I-11", "an actor is busy for ever");
        }
    }

    @Override
    public void pass(long nanos) {
        settle();
        long endNanos = clock().nanoTime() + nanos;
        for (long left = nanos; left > 0; left = endNanos - clock().nanoTime()) {
            // Why: a due timer that is not run would stop the time for ever.
            clock().advance(Math.min(left, Math.max(1, nextNanos())));
            settle();
        }
    }

    @Override
    public int round() {
        int done = 0;
        for (int i = 0; i < actors.size(); i++) {
            int did = actors.get(i).act();
            steps++;
            if (did == 0) continue;
            trace().note("round", i, did);
            done += did;
            checker.check();
        }
        return done;
    }

    /// Ends the remaining threads.
    void end() {
        threads.end();
    }

    // ---- laws

    /// Records that an invariant does not hold. The record remains even if code catches the thrown error.
    ///
    /// @return the error, to be thrown by the caller
    public LawBroken broken(String invariant, String seen) {
        return conditions.broken(invariant, seen);
    }

    /// The first broken law; null when there is none.
    public @Nullable LawBroken broken() {
        return conditions.broken();
    }

    /// Checks that nothing is left, after everything was closed.
    public void requireNothingLeft() {
        checker.check();
        Balance balance = ledger.balance();
        if (!balance.isZero()) throw broken("I-10", "after everything was closed: " + ledger.survivors());
        SimNetwork net = network;
        if (net != null && net.descriptors() != 0) {
            throw broken("I-4", net.descriptors() + " descriptors are left, and the ledger says none");
        }
        budgets.forEach(this::requireWaitsEnded);
        for (MemoryBudget budget : budgets) {
            long reserved = budget.reservedBytes();
            if (reserved != 0) throw broken("I-10", reserved + " bytes of charges that were not given back");
        }
        if (!threads.alive().isEmpty()) throw broken("I-10", "threads that have not ended: " + threads.alive());
        if (exchanges.pending() != 0) throw broken("I-6", exchanges.pending() + " exchanges have no outcome");
    }

    private void requireWaitsEnded(MemoryBudget budget) {
        WaitCounts waits = budget.waitCounts();
        if (waits.waiting() > 0 || waits.inFlight() > 0) throw broken("I-3", "waits that have not ended: " + waits);
        // Why: a waiter cancelled with its grant under way costs a wake-up, and a small run has few others to
        // average over.
        if ((waits.granted() - WAKES_SPARE) * 10 > waits.kept() * 12) {
            throw broken("I-12", "more than 1.2 wake-ups for each block: " + waits);
        }
    }

    /// Checks that the ledger has as many sockets as there are descriptors; call it when all actors are idle.
    public void requireDescriptorsCounted() {
        SimNetwork net = network;
        long told = ledger.balance().live(Kind.SOCKET);
        if (net != null && net.descriptors() != told) {
            throw broken("I-4", net.descriptors() + " descriptors are open, and the ledger has " + told);
        }
    }
}
