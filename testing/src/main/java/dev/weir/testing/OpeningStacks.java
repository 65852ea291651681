package dev.weir.testing;

import dev.weir.ledger.Balance;
import dev.weir.ledger.Kind;
import dev.weir.ledger.LedgerListener;
import dev.weir.time.Clock;
import java.lang.StackWalker.StackFrame;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/// Keeps, for everything that is open, the stack of the code that opened it, reduced to relevant frames.
///
/// **Threads:** thread-safe.
/// **Limits:** the four innermost frames and the outermost, which is the test's own unless a loop's thread
/// opened it.
final class OpeningStacks implements LedgerListener {
    private static final int INNERMOST_MAX = 4;
    private static final List<String> FOREIGN = List.of("java.", "jdk.", "sun.", "org.junit.");
    private static final List<String> ONLY_PASS_ON = List.of(
            "dev.weir.testing.Places",
            "dev.weir.ledger.Ledger",
            "dev.weir.ledger.Tally",
            "dev.weir.memory.block.Block",
            "dev.weir.memory.block.Buffer",
            "dev.weir.memory.block.Depot",
            "dev.weir.memory.BufferPool",
            "dev.weir.memory.BufferPool$Slabs",
            "dev.weir.memory.wait.HandOff",
            "dev.weir.time.TimerWheel",
            "dev.weir.loop.EventLoop",
            "dev.weir.loop.EventLoop$WatchedTimers");

    private final Clock clock = Clock.system();
    private final LinkedHashMap<Object, Opened> open = new LinkedHashMap<>();
    private boolean off;

    private record Opened(Kind kind, Object owner, List<String> stack, long nanos) {}

    /// Keeps nothing from now on.
    synchronized void off() {
        off = true;
    }

    @Override
    public void opened(Kind kind, Object what, Object owner) {
        synchronized (this) {
            if (off) return;
        }
        var opened = new Opened(kind, owner, stack(), clock.nanoTime());
        synchronized (this) {
            open.put(what, opened);
        }
    }

    @Override
    public synchronized void ended(Kind kind, Object what) {
        if (!off) open.remove(what);
    }

    /// Whether it has exactly as many entries as the balances.
    synchronized boolean agreesWith(Balance one, Balance other) {
        for (Kind kind : Kind.values()) {
            long known =
                    open.values().stream().filter(each -> each.kind == kind).count();
            if (known != one.live(kind) + other.live(kind)) return false;
        }
        return true;
    }

    /// Describes what is open, oldest first: owner, age and stack.
    synchronized List<String> lines() {
        var lines = new ArrayList<String>();
        long now = clock.nanoTime();
        for (Opened one : open.values()) {
            String word = one.kind.name().toLowerCase(Locale.ROOT);
            lines.add(word + " of " + one.owner + ", open for " + (now - one.nanos) / 1_000_000
                    + " ms, opened at\n      " + String.join("\n      ", one.stack));
        }
        return lines;
    }

    private static List<String> stack() {
        List<StackFrame> all = StackWalker.getInstance()
                .walk(frames -> frames.filter(OpeningStacks::saysSomething).toList());
        var told = new ArrayList<String>();
        for (int i = 0; i < Math.min(INNERMOST_MAX, all.size()); i++) told.add(text(all.get(i)));
        if (all.size() > INNERMOST_MAX + 1) told.add("...");
        if (all.size() > INNERMOST_MAX) told.add(text(all.getLast()));
        return told.isEmpty() ? List.of("no place that is known") : told;
    }

    private static boolean saysSomething(StackFrame frame) {
        String name = frame.getClassName();
        return !ONLY_PASS_ON.contains(name) && FOREIGN.stream().noneMatch(name::startsWith);
    }

    private static String text(StackFrame frame) {
        return frame.getClassName() + "." + frame.getMethodName() + "(" + frame.getFileName() + ":"
                + frame.getLineNumber() + ")";
    }
}
