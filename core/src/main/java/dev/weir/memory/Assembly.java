package dev.weir.memory;

import dev.weir.memory.wait.LoopTask;
import dev.weir.memory.wait.OwnerLoop;
import org.jspecify.annotations.Nullable;

/// The place of one message in the [AssemblyShare]: a field of a connection, made once and used for one
/// message after the other.
///
/// A block is counted first ([#mayGrow]) and tried for then. When the pool has none, [#mayWait] says whether
/// this one may wait for it while it holds others. If either says no, nothing more is read until [#resume].
///
/// **Owns:** nothing; the blocks are its user's, which reports each that is given back.
/// **Threads:** confined to its home's thread, which [#resume] is called on; the share's side is guarded by
/// its lock.
/// **Waits:** never waits: it is called back.
/// **Source:** ADR 19.
public abstract class Assembly {
    /// Where a message stands; guarded by the share's lock.
    enum State {
        /// There is none, or it needs no place.
        OUT,
        /// It is not finished, and needs nothing now, or is about to try for a block that is counted.
        GROWING,
        /// It needs a block and may not wait for it.
        STOPPED,
        /// It is its turn, and it was not called back yet; its block is counted.
        CALLED,
        /// It is its turn; its block is counted.
        WAITING,
        /// It is finished and not given back.
        WHOLE
    }

    private final AssemblyShare share;
    private final LoopTask delivery;

    // Guarded by the share's lock.
    State state = State.OUT;
    int blocks;
    boolean isToldAlready;

    @Nullable
    Assembly older;

    @Nullable
    Assembly younger;

    @Nullable
    Assembly stoppedBefore;

    @Nullable
    Assembly stoppedBehind;

    /// Makes a place.
    ///
    /// @param home whose thread calls back
    @SuppressWarnings("this-escape") // Why: the task runs only after it stopped, and it has not begun yet
    protected Assembly(AssemblyShare share, OwnerLoop home) {
        this.share = share;
        this.delivery = home.loopTask(this::arrive);
    }

    /// Called on the home's thread when this stopped and its turn has come: it may wait for its next block,
    /// which is counted.
    protected abstract void resume();

    /// A message begins that does not fit the block it arrived in.
    ///
    /// @param held how many normal blocks it has already, 0 or 1
    public final void begin(int held) {
        share.begin(this, held);
    }

    /// Counts one more block.
    ///
    /// @return true: try for it now; false: [#resume] follows unless this ends
    public final boolean mayGrow() {
        return share.mayGrow(this);
    }

    /// After a try that failed.
    ///
    /// @return true: wait for the block; false: [#resume] follows unless this ends
    public final boolean mayWait() {
        return share.mayWait(this);
    }

    /// The block that was waited for is here.
    public final void waited() {
        share.waited(this);
    }

    /// The message is whole: it needs no more.
    public final void whole() {
        share.whole(this);
    }

    /// One normal block of a whole message has gone back to the pool.
    public final void returned() {
        share.returned(this);
    }

    /// All of its blocks have gone back to the pool, whole or not. Harmless when no message has begun.
    public final void end() {
        share.end(this);
    }

    final void require(State expected) {
        if (state != expected) throw new IllegalStateException("the message is " + state + ", expected " + expected);
    }

    final boolean post() {
        return delivery.post();
    }

    private void arrive() {
        if (share.isCalled(this)) resume();
    }
}
