package dev.weir.memory.block;

import java.lang.StackWalker.StackFrame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where the handles of one block were acquired and ended, as text; kept only when debugging.
///
/// **Threads:** thread-safe.
/// **Limits:** eight frames a place; the last so many leases of the block as it has handles.
final class HandleTrace {
    private static final int FRAMES_MAX = 8;
    private static final List<String> FOREIGN = List.of("java.", "jdk.", "sun.", "org.junit.");
    private static final List<String> ONLY_PASS_ON = List.of(
            "dev.weir.memory.block.HandleTrace",
            "dev.weir.memory.block.Block",
            "dev.weir.memory.block.Buffer",
            "dev.weir.memory.block.Depot",
            "dev.weir.memory.BufferPool",
            "dev.weir.memory.BufferPool$Slabs",
            "dev.weir.memory.wait.HandOff");

    private final Object[] handles;
    private final @Nullable String[] begun;
    private final @Nullable String[] ended;

    HandleTrace(Object[] handles) {
        this.handles = handles;
        this.begun = new @Nullable String[handles.length];
        this.ended = new @Nullable String[handles.length];
    }

    void began(Object handle) {
        begin(handle, here());
    }

    /// Why: the stack of a grant is that of the thread that released, and says nothing about the one that asked.
    void granted(Object handle, String whom) {
        begin(handle, "a grant to " + whom);
    }

    void ended(Object handle) {
        synchronized (handles) {
            ended[index(handle)] = here();
        }
    }

    /// Where a handle was acquired and, when it is dead, ended.
    String life(Object handle) {
        synchronized (handles) {
            int index = index(handle);
            return told("acquired", begun[index]) + told("ended", ended[index]);
        }
    }

    /// The caller's place, for a message about it.
    static String present() {
        return told("found", here());
    }

    private void begin(Object handle, String place) {
        synchronized (handles) {
            int index = index(handle);
            begun[index] = place;
            ended[index] = null;
        }
    }

    private int index(Object handle) {
        for (int i = 0; i < handles.length; i++) {
            if (handles[i] == handle) return i;
        }
        throw new IllegalArgumentException("a handle of another block");
    }

    private static String told(String what, @Nullable String place) {
        return place == null ? "" : "\n  " + what + " at\n      " + place;
    }

    private static String here() {
        List<String> frames = StackWalker.getInstance()
                .walk(all -> all.filter(HandleTrace::saysSomething)
                        .limit(FRAMES_MAX)
                        .map(StackFrame::toString)
                        .toList());
        return frames.isEmpty() ? "no place that is known" : String.join("\n      ", frames);
    }

    private static boolean saysSomething(StackFrame frame) {
        String name = frame.getClassName();
        return !ONLY_PASS_ON.contains(name) && FOREIGN.stream().noneMatch(name::startsWith);
    }
}
