package dev.weir.testing.sim;

import dev.weir.connection.Connections;
import dev.weir.ledger.Balance;
import dev.weir.ledger.Kind;
import dev.weir.ledger.Ledger;
import dev.weir.loop.EventLoop;
import dev.weir.loop.LoopGroup;
import dev.weir.loop.Mailbox;
import dev.weir.memory.MemoryBudget;
import dev.weir.memory.Waits;
import dev.weir.time.Chance;
import dev.weir.time.Clock;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// One world: everything in it follows from its seed. Loops, the network, peers, the clock and the threads that were
/// started in it take turns; whose turn it is, what arrives and what goes wrong is drawn by chance; after each
/// step the laws are checked.
///
/// First things go wrong, by [#step]; then [#heal] ends that, and [#until] lets everything finish that can.
///
/// **Owns:** nothing; a scenario closes what it opens.
/// **Threads:** confined to the thread that made it, and to those it lets run.
/// **Waits:** never waits: time is turned when nothing else is left to do.
/// **Fails:** [LawBroken] as soon as an invariant does not hold, or nothing finishes.
/// **Source:** TigerBeetle's simulator; turmoil; FoundationDB's simulation.
public final class World {
    private static final long EPOCH_MILLIS = 1_700_000_000_000L;
    private static final int THREADS_WEIGHT = 3;
    private static final int WAKES_SPARE = 40;
    private static final int BUSY_ROUNDS_MAX = 20_000;
    private static final long JUMP_NANOS_MAX = 90_000_000_000L;
    private static final int JUMP_PARTS = 1 << 20;

    /// Where the clock of a calm world begins.
    private static final long CALM_NANOS = 1_000_000_000L;

    private final long seed;
    private final SimClock clock;
    private final Trace trace;
    private final Chance chance;
    private final Chance scheduling;
    private final Faults faults;
    private final ThrowingClock throwingClock;
    private final Lockstep threads = new Lockstep(this);
    private final RarePaths rarePaths;
    private final Ledger ledger;
    private final LawChecker checker = new LawChecker(this);
    private final ExchangeBook exchanges = new ExchangeBook(this);
    private final List<Actor> actors = new ArrayList<>();
    private final List<SimPoller> pollers = new ArrayList<>();
    private final List<LoopGroup> groups = new ArrayList<>();
    private final List<MemoryBudget> budgets = new ArrayList<>();
    private int[] turns = new int[0];
    private @Nullable SimNetwork network;
    private @Nullable LawBroken broken;
    private long steps;

    /// A world without anybody in it.
    ///
    /// @param omitted the numbers of faults that are left out
    /// @param log where everything that happens is written; null for nowhere
    public World(long seed, SortedSet<Integer> omitted, @Nullable PrintWriter log) {
        this.seed = seed;
        var source = new Chance(seed);
        // Why: any number may be the beginning of a clock, just below the last one included.
        long firstNanos = source.below(4) == 0 ? Long.MAX_VALUE - source.below(1 << 30) * 16L : source.next() >> 8;
        this.clock = new SimClock(firstNanos, EPOCH_MILLIS + (source.next() >>> 32));
        this.trace = new Trace(log, clock);
        this.chance = new Chance(source.next());
        this.scheduling = new Chance(source.next());
        this.faults = new Faults(new Chance(source.next()), trace, omitted);
        this.rarePaths = new RarePaths(new Chance(source.next()), trace, faults, threads);
        this.throwingClock = new ThrowingClock(clock, faults);
        this.ledger = new Ledger("world " + seed, throwingClock);
    }

    private World(Ledger ledger) {
        this.seed = 0;
        this.clock = new SimClock(CALM_NANOS, EPOCH_MILLIS);
        this.trace = new Trace(null, clock);
        this.chance = new Chance(0);
        this.scheduling = new Chance(0);
        this.faults = new Faults(trace);
        this.rarePaths = new RarePaths(new Chance(0), trace, faults, threads);
        this.throwingClock = new ThrowingClock(clock, faults);
        this.throwingClock.begins();
        this.ledger = ledger;
    }

    /// A world in which nothing is left to chance: what is sent first arrives first, and nothing goes wrong
    /// but what a script says.
    ///
    /// @param ledger the book of everything alive
    public static World calm(Ledger ledger) {
        return new World(ledger);
    }

    // ---- what is in it

    /// What decides everything.
    public long seed() {
        return seed;
    }

    /// Its time.
    public SimClock clock() {
        return clock;
    }

    /// Its time for those who are tested: this clock may throw.
    public Clock throwingClock() {
        return throwingClock;
    }

    /// What happened.
    public Trace trace() {
        return trace;
    }

    /// The randomness of scenarios and their peers.
    public Chance chance() {
        return chance;
    }

    /// The randomness of who is next and what arrives.
    Chance scheduling() {
        return scheduling;
    }

    /// What goes wrong.
    public Faults faults() {
        return faults;
    }

    /// The rare paths that are taken.
    public RarePaths rarePaths() {
        return rarePaths;
    }

    /// The threads that were started in it.
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

    /// Lets loops live here, which were opened by hand over the network of this world.
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

    /// Lets a loop of `group` be one that cannot go on, in one of the ways there are; with the clock all of them.
    public void kill(LoopGroup group) {
        EventLoop loop = group.loops().get(faults.below(group.loops().size()));
        switch (faults.below(4)) {
            case 0 -> ((SimPoller) loop.poller()).breaks();
            case 1 -> throwingClock.breaks();
            default ->
                loop.post(new Mailbox.Node(() -> {
                    throw new PlannedDeath("in a turn of " + loop);
                }));
        }
    }

    /// Watches connections of a group that lives here: what they hold is what is booked on them.
    public void watch(Connections connections) {
        checker.add("I-1", new BookedBlocks(connections.group().budget(), connections));
    }

    /// The loops that were added first.
    LoopGroup group() {
        if (groups.isEmpty()) throw new IllegalStateException("no loops live in this world yet");
        return groups.getFirst();
    }

    /// Lets somebody live here.
    ///
    /// @param weight how often his turn comes, compared with others; 0 for only when everything is healed
    public void add(Actor actor, int weight) {
        int index = actors.size();
        actors.add(actor);
        int length = turns.length;
        turns = java.util.Arrays.copyOf(turns, length + weight);
        for (int i = length; i < turns.length; i++) turns[i] = index;
    }

    // ---- time

    /// One step: somebody does one thing, or a little time passes.
    public void step() {
        throwingClock.begins();
        int drawn = scheduling.below(turns.length + 3);
        if (drawn >= turns.length) {
            pass();
        } else {
            int who = turns[drawn];
            int done = actors.get(who).act();
            trace.note("step", who, done);
        }
        steps++;
        checker.check();
    }

    private void pass() {
        if (faults.strikes(Fault.CLOCK_JUMP, 4)) {
            clock.advance((long) faults.below(JUMP_PARTS) * (JUMP_NANOS_MAX / JUMP_PARTS));
        } else if (scheduling.below(4) == 0) {
            long next = nextNanos();
            if (next != Long.MAX_VALUE) clock.advance(next);
        } else {
            // Why: every size of a wait is as likely as any other, from a nanosecond to two seconds.
            clock.advance(scheduling.next() >>> (33 + scheduling.below(31)));
        }
        trace.note("time", clock.sinceBegin(), 0);
    }

    private long nextNanos() {
        long now = clock.nanoTime();
        long next = network == null ? Long.MAX_VALUE : network.nextNanos();
        next = Math.min(next, threads.nextNanos(now));
        for (SimPoller poller : pollers) next = Math.min(next, poller.sleepNanos(now));
        return next;
    }

    /// Nothing goes wrong from now on.
    public void heal() {
        faults.heal();
        trace.note("healed", 0, 0);
    }

    /// Lets everybody act until `done` holds; time passes when nobody has anything to do.
    ///
    /// @param nanosMax how much time may pass
    /// @param what is waited for, in words
    public void until(BooleanSupplier done, long nanosMax, String what) {
        long beganNanos = clock.nanoTime();
        for (int busy = 0; !done.getAsBoolean(); ) {
            if (round() > 0) {
                if (++busy > BUSY_ROUNDS_MAX) throw broken("I-11", "somebody is busy for ever, waiting until " + what);
                continue;
            }
            if (done.getAsBoolean()) return;
            busy = 0;
            long next = nextNanos();
            if (next == Long.MAX_VALUE) throw broken("liveness", "nothing will ever happen, waiting until " + what);
            clock.advance(next);
            trace.note("time", clock.sinceBegin(), 1);
            if (clock.nanoTime() - beganNanos > nanosMax) {
                throw broken("liveness", "not within " + nanosMax / 1_000_000_000L + " s: " + what);
            }
        }
    }

    /// Lets everybody act until nobody has anything to do; no time passes.
    public void settle() {
        for (int busy = 0; round() > 0; busy++) {
            if (busy > BUSY_ROUNDS_MAX) throw broken("I-11", "somebody is busy for ever");
        }
    }

    /// Lets `nanos` pass, and everything on the way happen at its own time.
    public void pass(long nanos) {
        settle();
        long endNanos = clock.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = endNanos - clock.nanoTime()) {
            // Why: a timer that is due and not run would hold the time for ever.
            clock.advance(Math.min(left, Math.max(1, nextNanos())));
            settle();
        }
    }

    /// Lets everybody act once; no time passes.
    ///
    /// @return how much was done; 0 when there was nothing to do
    int round() {
        int done = 0;
        for (int i = 0; i < actors.size(); i++) {
            int did = actors.get(i).act();
            steps++;
            if (did == 0) continue;
            trace.note("round", i, did);
            done += did;
            checker.check();
        }
        return done;
    }

    /// Ends the threads that have not ended.
    void end() {
        threads.end();
    }

    // ---- laws

    /// Writes down that an invariant does not hold. It is not lost when somebody on the way catches
    /// what is thrown.
    ///
    /// @return to be thrown
    public LawBroken broken(String invariant, String seen) {
        var first = broken;
        if (first != null) return first;
        var law = new LawBroken(invariant, seen);
        broken = law;
        if (trace.isRead()) trace.comment("BROKEN " + law.getMessage());
        return law;
    }

    /// What was broken first; null when nothing was.
    public @Nullable LawBroken broken() {
        return broken;
    }

    /// Proves that nothing is left: call it when everything was closed.
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
        Waits waits = budget.waits();
        if (waits.waiting() > 0 || waits.inFlight() > 0) throw broken("I-3", "waits that have not ended: " + waits);
        // Why: who gives up with his grant on the way has cost a wake-up, and in a small run few others divide it.
        if ((waits.granted() - WAKES_SPARE) * 10 > waits.kept() * 12) {
            throw broken("I-12", "more than 1.2 wake-ups for each block: " + waits);
        }
    }

    /// Proves that the ledger has as many sockets as there are descriptors: call it when nobody has
    /// anything to do.
    public void requireDescriptorsCounted() {
        SimNetwork net = network;
        long told = ledger.balance().live(Kind.SOCKET);
        if (net != null && net.descriptors() != told) {
            throw broken("I-4", net.descriptors() + " descriptors are open, and the ledger has " + told);
        }
    }
}
