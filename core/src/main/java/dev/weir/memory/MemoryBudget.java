package dev.weir.memory;

import dev.weir.ledger.LedgerListener;
import dev.weir.memory.wait.KeptBlocks;
import dev.weir.memory.wait.WaitCounts;
import dev.weir.time.Clock;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A number of bytes, and all memory that is taken out of it.
///
/// **Owns:** the memory of the fixed parts and of every slab; freed when [#close] returns, that of slabs that
/// retire before.
/// **Threads:** thread-safe.
/// **Waits:** never waits.
/// **Limits:** native memory never exceeds the plan's fixed parts and slabs; slabs are allocated when first
/// needed.
/// **Fails:** [#close] throws while a buffer is out or a caller waits, names the owners, and changes nothing.
/// **Source:** ADR 2, ADR 4.
public final class MemoryBudget implements AutoCloseable {
    private final MemoryPlan plan;
    private final Arena arena;
    private final FixedPart fixed;
    private final BufferPool pool;
    private final Reservations reservations;
    private boolean isClosed;

    private MemoryBudget(MemoryPlan plan, Arena arena, Clock clock, int loops, LedgerListener listener) {
        this.plan = plan;
        this.arena = arena;
        this.fixed = new FixedPart(plan, arena);
        this.pool = new BufferPool(plan, Arena::ofShared, clock, loops, listener);
        this.reservations = new Reservations(plan, pool);
    }

    /// Opens a budget; no native memory is allocated yet.
    ///
    /// @param plan how it is split
    /// @param clock what waits are measured by
    /// @param loops how many loops get a cache, numbered from zero
    /// @return the budget, **owned by the caller**
    public static MemoryBudget open(MemoryPlan plan, Clock clock, int loops) {
        return open(plan, clock, loops, LedgerListener.NONE);
    }

    /// The same, and `listener` is notified of every block that is lent, passed on and given back.
    ///
    /// @return the budget, **owned by the caller**
    public static MemoryBudget open(MemoryPlan plan, Clock clock, int loops, LedgerListener listener) {
        if (loops < 0) throw new IllegalArgumentException("loops must not be negative, was " + loops);
        return new MemoryBudget(plan, Arena.ofShared(), clock, loops, listener);
    }

    /// Carves a direct buffer out of a line of the fixed part; it lives until [#close].
    ///
    /// @param purpose the purpose of the line
    /// @param bytes how many
    /// @return a zeroed direct buffer of its own
    /// @throws IllegalStateException when the line is unknown, or all carvings for it would exceed it
    public ByteBuffer fixed(String purpose, int bytes) {
        return fixed.carve(purpose, bytes);
    }

    /// The large blocks that a line of the fixed part keeps for one purpose ([MemoryPlan.Line#kept]).
    ///
    /// @return the same for every caller; null when the plan has no such line
    public @Nullable KeptBlocks kept(String purpose) {
        return pool.kept(purpose, fixed);
    }

    /// Takes parts of charges of the plan, for objects on the heap that are about to be allowed: all or none.
    ///
    /// @param parts what is taken of the line of the same purpose, each
    /// @return owned by the caller; null when less is left of a line, or the plan has no such line
    public @Nullable Reservation tryReserve(List<MemoryPlan.Line> parts) {
        return reservations.tryTake(parts);
    }

    /// Asks for parts of charges that the lines of the plan have not left: slabs retire for them. For what is
    /// opened later and was not thought of.
    ///
    /// @return owned by the caller, which closes it when it has what it asked for, or gives up
    public ReservationRequest requestReservation(List<MemoryPlan.Line> parts) {
        return reservations.requestReservation(parts);
    }

    /// How many slabs may serve now: those of the plan, without those that retire for charges.
    public int slabsMax() {
        return reservations.slabsMax();
    }

    /// How many bytes of a charge are not taken; zero when the plan has no such line.
    ///
    /// @param purpose the purpose of the line
    public long unreservedBytes(String purpose) {
        return reservations.left(purpose);
    }

    /// How many bytes of all charges are taken; zero when everything was given back.
    public long reservedBytes() {
        return reservations.taken();
    }

    /// The pool of all other buffers.
    public BufferPool pool() {
        return pool;
    }

    /// The plan this was opened with.
    public MemoryPlan plan() {
        return plan;
    }

    /// How the budget is used now. Walks all blocks: for people and their tools, not for every turn.
    public Usage usage() {
        return new UsageReport(pool, plan).with(fixed);
    }

    /// Which owners hold blocks of the pool, what for and since when. Walks all blocks without stopping
    /// anything: for people and their tools, not for every turn.
    ///
    /// @param accountsMax how many of the accounts that hold most are listed
    public Holdings holdings(int accountsMax) {
        return pool.holdings(accountsMax);
    }

    /// The owners that hold pool buffers now, sorted by name; [#close] names them when it throws.
    public List<Usage.Held> owners() {
        return new UsageReport(pool, plan).owners();
    }

    /// Each buffer that is held, with the place where it was acquired; empty unless the plan's debugging
    /// keeps places.
    public List<String> leaks() {
        return plan.debug().places() ? pool.held() : List.of();
    }

    /// Adds everything up: each block is somewhere, no waiter waits for a block that is free. For tests and
    /// simulations, while no thread uses the budget.
    ///
    /// @return what does not hold; null when all is well
    public @Nullable String complaint() {
        String complaint = excess();
        return complaint != null ? complaint : PoolAudit.complaint(pool, plan);
    }

    /// Adds up fixed parts, charges and slabs; while others use the budget, too.
    ///
    /// @return by how much they exceed the budget, in words; null when they do not
    public @Nullable String excess() {
        return reservations.complaint();
    }

    /// How waits for memory ended.
    public WaitCounts waitCounts() {
        return pool.handOff().waitCounts();
    }

    /// Frees all memory. The second call does nothing.
    ///
    /// @throws IllegalStateException while a buffer is out or a caller waits; the budget stays open then
    @Override
    public synchronized void close() {
        if (isClosed) return;
        if (!closePool()) {
            throw new IllegalStateException("the memory budget cannot close: buffers are held by " + owners() + ", and "
                    + usage().waiters().total() + " waiters are queued; release and cancel them first"
                    + String.join("", leaks().stream().map("\n"::concat).toList()));
        }
        pool.handOff().free();
        arena.close();
        isClosed = true;
    }

    /// Closes the pool and what is kept beside it: all, or nothing when something is held or waited for.
    private boolean closePool() {
        BooleanSupplier all = pool.handOff()::close;
        for (KeptBlocks kept : pool.kept()) {
            BooleanSupplier others = all;
            all = () -> kept.close(others);
        }
        return all.getAsBoolean();
    }
}
