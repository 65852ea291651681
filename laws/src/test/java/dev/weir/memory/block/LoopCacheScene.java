package dev.weir.memory.block;

import dev.weir.explorer.Scene;
import dev.weir.ledger.LedgerListener;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Threads that put blocks into one cache and take them out, as its loop and those who empty it do.
///
/// A script for each thread: `p` puts a block of its own, `t` takes any.
final class LoopCacheScene implements Scene {
    private final LoopCache cache = new LoopCache(false);
    private final String[][] scripts;
    private final List<List<Block>> hands = new ArrayList<>();
    private final int blocks;
    private final BlockSize size;

    LoopCacheScene(String text) {
        String[] parts = text.split("\\|", -1);
        size = BlockSize.valueOf(parts[0]);
        scripts = new String[parts.length - 1][];
        var nowhere = new Nowhere();
        int made = 0;
        for (int thread = 0; thread < scripts.length; thread++) {
            scripts[thread] = parts[thread + 1].split(" ", -1);
            var hand = new ArrayList<Block>();
            for (String word : scripts[thread]) {
                if (!word.equals("p")) continue;
                hand.add(Block.outsideSlabs(nowhere, size, ByteBuffer.allocate(0)));
                made++;
            }
            hands.add(hand);
        }
        blocks = made;
    }

    @Override
    public int threads() {
        return scripts.length;
    }

    @Override
    public void run(int thread) {
        List<Block> hand = hands.get(thread);
        for (String word : scripts[thread]) {
            if (word.equals("p")) {
                if (!hand.isEmpty() && cache.put(hand.getFirst())) hand.removeFirst();
            } else {
                Block taken = cache.take(size);
                if (taken != null) hand.add(taken);
            }
        }
    }

    @Override
    public @Nullable String complaint() {
        return null;
    }

    @Override
    public @Nullable String complaintAtEnd() {
        var found = new ArrayList<Block>();
        for (List<Block> hand : hands) found.addAll(hand);
        int kept = cache.count();
        for (Block block = cache.take(size); block != null; block = cache.take(size)) found.add(block);
        long different = found.stream().distinct().count();
        if (found.size() != blocks || different != blocks) return found.size() + " of " + blocks + " blocks are there";
        return kept + hands.stream().mapToInt(List::size).sum() == blocks ? null : "the cache counts " + kept;
    }

    @Override
    public String end() {
        return hands.stream().map(List::size).toList().toString();
    }

    /// Nothing comes back: the blocks only move between hands and cache.
    private static final class Nowhere extends Depot {
        Nowhere() {
            super(LedgerListener.NONE, MemoryDebug.OFF);
        }

        @Override
        protected void putBack(Block block, int loop) {
            throw new IllegalStateException("nothing was lent");
        }

        @Override
        public @Nullable Buffer trySmall(Urgency urgency, int loop, String owner) {
            return null;
        }
    }
}
