package dev.weir.memory.wait;

import dev.weir.memory.block.Block;
import dev.weir.memory.block.Buffer;
import org.jspecify.annotations.Nullable;

/// A waiter that needs several normal blocks at once and can do nothing with fewer: all of them are
/// granted together.
///
/// Nobody pledges: a gather that waits holds nothing. While the first of them waits, what comes back stays
/// in the store until there are enough, and normal blocks are not given to waiters that are later or less
/// urgent; more urgent ones go first, except when it is the turn of the longest waiter. Small and large
/// blocks are asked for one at a time. A flow that gathers must hold no block: else two of them could wait
/// for each other's.
///
/// **Owns:** what was granted, until it is taken by [#take]; a grant that is cancelled is passed on by
/// the thread that cancels.
/// **Threads:** thread-safe; [#granted()] is called on the owner loop's thread, and [#take] may be called only
/// there.
/// **Waits:** never waits: it is called back.
/// **Limits:** [#BLOCKS_MAX] blocks; one gather accumulates at a time.
/// **Source:** HAProxy issue 2977, where both-or-nothing with pledges starved.
public abstract class Gather extends Waiter {
    /// The most blocks that can be asked for together.
    public static final int BLOCKS_MAX = 4;

    private final @Nullable Buffer[] grants;
    private int left;

    /// Makes a gather of this loop.
    ///
    /// @param home whose thread calls back
    /// @param blocks how many normal blocks it needs, 2 to [#BLOCKS_MAX]
    @SuppressWarnings("this-escape") // Why: as of a waiter: it is called back only after it asked.
    protected Gather(OwnerLoop home, int blocks) {
        super(home);
        if (blocks < 2 || blocks > BLOCKS_MAX) {
            throw new IllegalArgumentException("2 to " + BLOCKS_MAX + " blocks are gathered, not " + blocks);
        }
        this.grants = new @Nullable Buffer[blocks];
    }

    /// Called on the loop's thread when all blocks were granted. The gather is free by then, and may acquire
    /// again when the blocks are taken.
    protected abstract void granted();

    @Override
    protected final void granted(Buffer first) {
        granted();
    }

    /// Takes one of the granted blocks.
    ///
    /// @return the buffer, **owned by the caller**
    /// @throws IllegalStateException when none is left
    public final Buffer take() {
        Buffer next = left == 0 ? null : grants[--left];
        if (next == null) throw new IllegalStateException("the gather of '" + owner + "' has no block left to take");
        grants[left] = null;
        return next;
    }

    /// How many blocks it needs.
    @Override
    public final int blocks() {
        return grants.length;
    }

    @Override
    final void requireTaken() {
        if (left > 0) {
            throw new IllegalStateException(
                    "the gather of '" + owner + "' still has " + left + " blocks that were granted and not taken");
        }
    }

    /// Leases linked blocks, as many as it needs.
    ///
    /// @return one of them, which represents all of them as the grant
    Buffer lease(Block first) {
        return lease(first, false);
    }

    /// The same for a grant.
    Buffer leaseGrant(Block first) {
        return lease(first, true);
    }

    private Buffer lease(Block first, boolean isGrant) {
        for (Block block = first; block != null; ) {
            Block next = block.linked();
            block.link(null);
            grants[left++] = isGrant ? block.grant(owner, loop, getClass()) : block.lease(owner, loop);
            block = next;
        }
        return last();
    }

    @Override
    Block reclaim(Buffer last) {
        Block linked = null;
        while (left > 0) {
            Block block = Block.reclaim(take());
            block.link(linked);
            linked = block;
        }
        if (linked == null) throw new IllegalStateException("'" + owner + "' was granted nothing");
        return linked;
    }

    @Override
    @Nullable
    IllegalStateException damage(Buffer last) {
        for (int i = 0; i < left; i++) {
            Buffer buffer = grants[i];
            IllegalStateException damage = buffer == null ? null : Block.damage(buffer);
            if (damage != null) return damage;
        }
        return null;
    }

    @Override
    void refuse(Buffer last) {
        while (left > 0) take().release();
    }

    /// Checks the blocks that were acquired at once; releases them and throws when one is damaged.
    void requireWhole() {
        IllegalStateException damage = damage(last());
        if (damage == null) return;
        refuse(last());
        throw damage;
    }

    private Buffer last() {
        Buffer last = grants[left - 1];
        if (last == null) throw new IllegalStateException("'" + owner + "' was granted nothing");
        return last;
    }
}
