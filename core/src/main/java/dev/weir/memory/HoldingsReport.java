package dev.weir.memory;

import dev.weir.memory.block.Account;
import dev.weir.memory.block.Block;
import dev.weir.memory.block.Buffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// Adds up the holders of blocks, from what each block's own handle says; no lock is held and no thread is stopped.
///
/// **Threads:** confined to the caller; the blocks are in use meanwhile.
final class HoldingsReport {
    private final long nowNanos;
    private final Sum all = new Sum();
    private final TreeMap<String, Sum> purposes = new TreeMap<>();
    private final TreeMap<Account, Sum> accounts = new TreeMap<>(Comparator.comparingLong(Account::id));

    private HoldingsReport(long nowNanos) {
        this.nowNanos = nowNanos;
    }

    /// Blocks, bytes, and the longest age.
    private static final class Sum {
        private final TreeSet<String> purposes = new TreeSet<>();
        private int blocks;
        private long bytes;
        private long ageNanos = Holdings.AGE_UNKNOWN;

        void add(Buffer held, String purpose, long age) {
            blocks++;
            bytes += held.capacity();
            ageNanos = Math.max(ageNanos, age);
            purposes.add(purpose);
        }

        Holdings.Held held() {
            return new Holdings.Held(blocks, bytes, ageNanos);
        }
    }

    /// What is held of these blocks.
    ///
    /// @param accountsMax how many accounts are listed
    static Holdings of(List<Block[]> carved, int accountsMax, long nowNanos) {
        var book = new HoldingsReport(nowNanos);
        for (Block[] blocks : carved) {
            for (Block block : blocks) book.add(block);
        }
        return new Holdings(book.all.held(), book.byPurpose(), book.byAccount(accountsMax));
    }

    private void add(Block block) {
        Buffer held = block.holder();
        if (held == null) return;
        String purpose = held.owner();
        Account account = held.account();
        long since = held.sinceNanos();
        // Why: what was read belongs to this lease only while the block has not changed hands.
        if (block.holder() != held) return;
        long age = since == Buffer.SINCE_UNKNOWN ? Holdings.AGE_UNKNOWN : Math.max(0, nowNanos - since);
        all.add(held, purpose, age);
        purposes.computeIfAbsent(purpose, _ -> new Sum()).add(held, purpose, age);
        if (account != null) accounts.computeIfAbsent(account, _ -> new Sum()).add(held, purpose, age);
    }

    private List<Holdings.ByPurpose> byPurpose() {
        var sums = new ArrayList<Holdings.ByPurpose>();
        purposes.forEach((purpose, sum) -> sums.add(new Holdings.ByPurpose(purpose, sum.held())));
        return sums;
    }

    private List<Holdings.ByAccount> byAccount(int accountsMax) {
        return accounts.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<Account, Sum> one) -> one.getValue().bytes)
                        .reversed())
                .limit(accountsMax)
                .map(one -> new Holdings.ByAccount(
                        one.getKey(), one.getValue().held(), List.copyOf(one.getValue().purposes)))
                .toList();
    }
}
