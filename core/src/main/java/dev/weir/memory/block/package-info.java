/// Blocks: slabs and how they are cut, the store of what is free, the cache of a loop, and the buffer that is
/// the right to use one block.
///
/// Not here: the waiters when there is none. Users see [dev.weir.memory.block.Buffer] and the words for what they
/// ask; the rest is public for the two packages above only, which the house checks.
///
/// **Depends on:** ledger.
@NullMarked
package dev.weir.memory.block;

import org.jspecify.annotations.NullMarked;
