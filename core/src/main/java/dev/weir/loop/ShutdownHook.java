package dev.weir.loop;

/// An action that runs when the JVM is asked to end: the one place that registers shutdown hooks.
///
/// **Owns:** one hook of the JVM, until [#remove] or the end of the JVM. It is not a running thread, so the
/// ledger does not count it.
/// **Threads:** thread-safe.
public final class ShutdownHook {
    private final Thread thread;

    private ShutdownHook(Thread thread) {
        this.thread = thread;
    }

    /// Registers `body`: the JVM runs it before it ends, and waits until it returns.
    ///
    /// @throws IllegalStateException when the JVM is ending already
    public static ShutdownHook add(String name, Runnable body) {
        Thread thread = Thread.ofPlatform().name(name).unstarted(body);
        Runtime.getRuntime().addShutdownHook(thread);
        return new ShutdownHook(thread);
    }

    /// Removes the hook; does nothing when the JVM is ending.
    public void remove() {
        try {
            boolean _ = Runtime.getRuntime().removeShutdownHook(thread);
        } catch (IllegalStateException ending) {
            // Why: the hook runs or has run already.
        }
    }
}
