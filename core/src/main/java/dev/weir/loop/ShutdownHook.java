package dev.weir.loop;

/// What a program does when its JVM is asked to end: the one door to shutdown hooks.
///
/// **Owns:** one hook of the JVM, until [#remove] or the end of the JVM. It is no running thread, and the
/// ledger does not count it.
/// **Threads:** thread-safe.
public final class ShutdownHook {
    private final Thread thread;

    private ShutdownHook(Thread thread) {
        this.thread = thread;
    }

    /// Lets the JVM run `body` before it ends; it waits for its return.
    ///
    /// @throws IllegalStateException when the JVM is ending already
    public static ShutdownHook add(String name, Runnable body) {
        Thread thread = Thread.ofPlatform().name(name).unstarted(body);
        Runtime.getRuntime().addShutdownHook(thread);
        return new ShutdownHook(thread);
    }

    /// Takes it back; does nothing when the JVM is ending.
    public void remove() {
        try {
            boolean _ = Runtime.getRuntime().removeShutdownHook(thread);
        } catch (IllegalStateException ending) {
            // Why: it runs or has run, and is never needed again.
        }
    }
}
