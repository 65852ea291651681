package dev.weir.memory;

import dev.weir.explorer.Scene;
import dev.weir.explorer.Steps;
import dev.weir.ledger.LedgerListener;
import dev.weir.loop.SteppedLoop;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.MemoryDebug;
import dev.weir.memory.block.Urgency;
import dev.weir.memory.wait.FairBy;
import dev.weir.memory.wait.WatchedWaiter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Loops whose flows want the blocks of one pool: a thread, a mailbox and a cache each.
///
/// A loop does what its script says and then what every loop does: as long as a flow waits it waits for its
/// mailbox, and what arrives is given back. A flow that is granted nothing although everybody gives back leaves its
/// loop waiting for ever, which the explorer tells.
///
/// Words of a script, with the number of a flow: `a0` acquires, or waits; `r0` releases what it holds; `c0`
/// cancels; `m` runs one task of the mailbox; `x` closes the loop; `l` looks, as a loop does before it sleeps;
/// `k0` keeps what it holds to the end.
final class HandOffScene implements Scene {
    private static final MemorySegment MEMORY = Arena.global().allocate(BlockSize.NORMAL.bytes(), Long.BYTES);
    private static final int RESERVE = 3;

    /// Where the blocks outside the reserve are at first.
    enum Start {
        /// Nowhere yet: no slab was cut.
        UNCUT,
        /// In the common store.
        STORE,
        /// In the cache of the first loop.
        FIRST,
        /// One in the cache of each loop, the others in the first.
        SPREAD
    }

    private final FairBy fairBy;
    private final BufferPool pool;
    private final MemoryPlan plan;
    private final String[][] scripts;
    private final SteppedLoop[] homes;
    private final List<Flow> flows = new ArrayList<>();
    private final List<Buffer> reserve = new ArrayList<>();
    private final boolean[] isInside;
    private final int outside;
    private long queued;
    private @Nullable String wrong;

    /// Makes the pool and the loops.
    ///
    /// @param text `blocks start urgencies script script ...`, such as `2|FIRST|III|a0 r0 a1 r1|a2 r2`; a flow
    ///     belongs to the loop that names it first. With addresses, as `III@112`, these take turns
    HandOffScene(String text) {
        String[] parts = text.split("\\|", -1);
        int blocks = Integer.parseInt(parts[0]);
        scripts = new String[parts.length - 3][];
        homes = new SteppedLoop[scripts.length];
        isInside = new boolean[scripts.length];
        outside = blocks;
        String[] wishes = parts[2].split("@", -1);
        fairBy = wishes.length == 1 ? FairBy.ARRIVAL : FairBy.ADDRESS;
        int slabBytes = BlockSize.NORMAL.bytes();
        int slabs = blocks + RESERVE;
        plan = new MemoryPlan(
                (long) slabs * slabBytes,
                List.of(),
                List.of(),
                slabBytes,
                slabs,
                RESERVE,
                fairBy,
                MemoryDebug.OFF,
                0,
                true);
        pool = new BufferPool(plan, SameMemory::new, new StillClock(), scripts.length, LedgerListener.NONE);
        for (int loop = 0; loop < scripts.length; loop++) {
            scripts[loop] = parts[loop + 3].trim().split(" ", -1);
            homes[loop] = new SteppedLoop();
        }
        for (int i = 0; i < wishes[0].length(); i++) flows.add(new Flow(i, urgency(wishes[0].charAt(i)), loopOf(i)));
        for (Flow flow : flows) if (fairBy == FairBy.ADDRESS) flow.setAddress(wishes[1].charAt(flow.number) - '0');
        set(Start.valueOf(parts[1]), blocks);
    }

    private static Urgency urgency(char letter) {
        return switch (letter) {
            case 'D' -> Urgency.DRAIN;
            case 'R' -> Urgency.RESPONSE;
            case 'H' -> Urgency.HANDLE;
            default -> Urgency.INTAKE;
        };
    }

    private int loopOf(int flow) {
        for (int loop = 0; loop < scripts.length; loop++) {
            for (String word : scripts[loop]) if (word.equals("a" + flow)) return loop;
        }
        throw new IllegalArgumentException("no loop has flow " + flow);
    }

    private void set(Start start, int blocks) {
        if (start == Start.UNCUT) return;
        List<Buffer> outside = new ArrayList<>();
        for (int i = 0; i < blocks; i++) {
            int loop = start == Start.STORE ? BufferPool.NO_LOOP : start == Start.SPREAD ? i % scripts.length : 0;
            outside.add(Objects.requireNonNull(pool.tryAcquire(BlockSize.NORMAL, Urgency.INTAKE, loop, "set")));
        }
        // The reserve stays out: nobody but the last urgency could be served from it anyway, and nobody is.
        for (int i = 0; i < RESERVE; i++) {
            reserve.add(Objects.requireNonNull(
                    pool.tryAcquire(BlockSize.NORMAL, Urgency.DRAIN, BufferPool.NO_LOOP, "reserve")));
        }
        for (Buffer buffer : outside) buffer.release();
    }

    @Override
    public int threads() {
        return scripts.length;
    }

    @Override
    public void run(int loop) {
        for (String word : scripts[loop]) {
            obey(loop, word);
            Steps.pause();
        }
        SteppedLoop home = homes[loop];
        for (Flow flow : flows) {
            if (flow.loopIndex != loop || flow.isKeeping) continue;
            flow.isStaying = true;
            flow.giveBack();
        }
        for (Flow flow : flows) {
            while (flow.loopIndex == loop && flow.isWaiting()) {
                if (home.isClosed()) flow.cancel();
                else home.awaitOne();
            }
        }
    }

    private void obey(int loop, String word) {
        switch (word.charAt(0)) {
            case 'm' -> homes[loop].runOne();
            case 'l' -> look(loop);
            case 'k' -> flow(word).isKeeping = true;
            case 'x' -> homes[loop].close();
            case 'a' -> flow(word).acquire();
            case 'r' -> flow(word).giveBack();
            case 'c' -> flow(word).cancel();
            default -> throw new IllegalArgumentException("no such word: " + word);
        }
    }

    private void look(int loop) {
        isInside[loop] = true;
        pool.updateScarcity();
        isInside[loop] = false;
    }

    private Flow flow(String word) {
        return flows.get(word.charAt(1) - '0');
    }

    // ---- what must hold

    @Override
    public @Nullable String complaint() {
        if (wrong != null) return wrong;
        for (Flow flow : flows) {
            String unfair = flow.overtakes();
            if (unfair != null) return unfair;
        }
        for (boolean inside : isInside) if (inside) return null;
        String unsaid = unsaid();
        return unsaid != null ? unsaid : PoolAudit.complaint(pool, plan);
    }

    /// Whether half of the blocks are held, and memory is not said to be scarce.
    private @Nullable String unsaid() {
        int holding = 0;
        for (Flow flow : flows) if (flow.buffer != null) holding++;
        boolean isHalf = outside > 1 && 2 * holding >= outside;
        return isHalf && !pool.isScarce() ? holding + " are held, and it is not scarce" : null;
    }

    @Override
    public @Nullable String complaintAtEnd() {
        String unsaid = unsaid();
        if (unsaid != null) return unsaid;
        for (Flow flow : flows) if (flow.isKeeping) flow.giveBack();
        for (Flow flow : flows) {
            if (flow.isWaiting() || flow.buffer != null) return flow + " has not ended";
        }
        for (Buffer buffer : reserve) buffer.release();
        if (isLookedAtLast() && pool.isScarce()) return "all is back, and it is scarce";
        Usage usage = new UsageReport(pool, plan).with(new FixedPart(plan, new SameMemory()));
        long kept = 0;
        long cancelled = 0;
        for (Flow flow : flows) {
            kept += flow.kept;
            cancelled += flow.cancelled;
        }
        // I-3: each wait ends once, with a grant that was kept, a grant that was passed on, or a cancel.
        if (queued != usage.grants() + usage.gaveUp().total()) return queued + " waits, but " + usage;
        if (usage.grants() != kept + usage.passedOn()) return kept + " grants were kept, but " + usage;
        if (cancelled > usage.gaveUp().total() + usage.passedOn()) return cancelled + " cancels, but " + usage;
        String lost = PoolAudit.complaint(pool, plan);
        if (lost != null) return lost;
        return pool.handOff().close() ? null : "a block is out, or somebody waits, when all have ended";
    }

    private boolean isLookedAtLast() {
        for (String[] script : scripts) if (!script[script.length - 1].equals("l")) return false;
        return true;
    }

    @Override
    public String end() {
        var text = new StringBuilder();
        for (Flow flow : flows) {
            text.append(flow).append(' ').append(flow.kept).append('/').append(flow.cancelled);
        }
        return text.toString();
    }

    /// One direction of one exchange: at most one block, at most one wait.
    private final class Flow extends WatchedWaiter {
        private final int number;
        private final Urgency wish;
        private final int loopIndex;

        @Nullable
        Buffer buffer;

        boolean isStaying;
        boolean isKeeping;
        int kept;
        int cancelled;
        private boolean wasGranted;

        /// The addresses that were served since this one's last turn, or since this waits: a bit for each.
        private int passedBy;

        private long waitSeen = -1;

        Flow(int number, Urgency wish, int loopIndex) {
            super(homes[loopIndex]);
            this.number = number;
            this.wish = wish;
            this.loopIndex = loopIndex;
        }

        void acquire() {
            if (buffer != null || !isFree()) return;
            isInside[loopIndex] = true;
            buffer = pool.acquire(this, BlockSize.NORMAL, wish, loopIndex, "flow");
            isInside[loopIndex] = false;
            if (buffer == null) queued++;
        }

        void giveBack() {
            Buffer held = buffer;
            if (held == null) return;
            buffer = null;
            isInside[loopIndex] = true;
            held.release();
            isInside[loopIndex] = false;
        }

        void cancel() {
            isInside[loopIndex] = true;
            if (pool.cancel(this)) cancelled++;
            isInside[loopIndex] = false;
        }

        @Override
        protected void granted(Buffer granted) {
            if (buffer != null) wrong = this + " was granted a second block";
            buffer = granted;
            kept++;
            if (isStaying) giveBack();
        }

        /// Whether this was just granted before somebody whose turn it was and who wants the same.
        private @Nullable String overtakes() {
            boolean isGranted = isGranted();
            boolean isNew = isGranted && !wasGranted;
            wasGranted = isGranted;
            if (!isNew) return null;
            for (Flow other : flows) {
                if (other == this || other.wish != wish || !other.isQueued()) continue;
                boolean takesTurns = fairBy == FairBy.ADDRESS && other.address() != address();
                boolean isHisTurn = takesTurns ? other.isPassedByAgain(address()) : other.sequence() < sequence();
                if (isHisTurn) return this + " was served before " + other;
            }
            for (Flow other : flows) if (other.address() == address()) other.passedBy = 0;
            return null;
        }

        /// Notes that somebody of this address was served while this waits.
        ///
        /// @return whether that was for the second time in a round
        private boolean isPassedByAgain(long served) {
            if (waitSeen != sequence()) passedBy = 0;
            waitSeen = sequence();
            int bit = 1 << served;
            boolean again = (passedBy & bit) != 0;
            passedBy |= bit;
            return again;
        }

        @Override
        public String toString() {
            return "flow " + number;
        }
    }

    /// Gives the same memory again and again: nobody reads or writes it.
    private static final class SameMemory implements Arena {
        @Override
        public MemorySegment allocate(long bytes, long alignment) {
            return MEMORY;
        }

        @Override
        public MemorySegment.Scope scope() {
            return MEMORY.scope();
        }

        @Override
        public void close() {}
    }

    static final class StillClock implements dev.weir.time.Clock {
        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public long epochMillis() {
            return 0;
        }
    }
}
