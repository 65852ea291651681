package dev.weir.testing;

import dev.weir.loop.Threads;
import dev.weir.transport.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A server that plays one script for each connection, over a real socket and on its own thread, for clients
/// that block or have threads.
///
/// **Owns:** its acceptor, its thread and the connection it plays on, which is closed when its script is
/// over; gone when [#close] returns.
/// **Threads:** thread-safe.
/// **Waits:** [#awaitEnd] for the last script, [#close] for the thread; 10 s at most.
/// **Fails:** [#awaitEnd] throws what a script threw; without it [#close] does. A script that was not played to
/// its end has failed too.
public final class ScriptedPeer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final RawAcceptor acceptor;
    private final List<Consumer<RawPeer>> scripts;
    private final CompletableFuture<@Nullable Void> played = new CompletableFuture<>();
    private @Nullable Thread thread;
    private volatile boolean leaving;
    private volatile boolean told;

    private ScriptedPeer(RawListener door, List<Consumer<RawPeer>> scripts) {
        this.acceptor = new RawAcceptor(door, new UntilLeft());
        this.scripts = scripts;
    }

    static ScriptedPeer start(SocketListener door, List<Consumer<RawPeer>> scripts) {
        var peer = new ScriptedPeer(door, scripts);
        peer.thread = new Threads(door.ledger()).virtual("scripted peer " + door.local(), peer::play);
        return peer;
    }

    /// Where to connect to.
    public Endpoint address() {
        return acceptor.address();
    }

    /// Waits until every script was played.
    ///
    /// @throws AssertionError that says what a script threw, or that one was not played in time
    public void awaitEnd() {
        try {
            played.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException failure) {
            tell();
        } catch (TimeoutException late) {
            throw new AssertionError("the scripts were not played in " + PATIENCE.toSeconds() + " s", late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while the scripts were played", interrupted);
        }
    }

    /// Closes the peer; a script that still waits for its peer ends.
    @Override
    public void close() {
        leaving = true;
        if (thread != null && !hasEnded(thread)) {
            throw new AssertionError("a script did not end: it waits for something else than its peer");
        }
        tell();
    }

    private void play() {
        try (acceptor) {
            for (Consumer<RawPeer> script : scripts) {
                try (RawPeer peer = acceptor.accept()) {
                    script.accept(peer);
                }
            }
            played.complete(null);
        } catch (RuntimeException | Error failure) { // Why: the test must get every failure.
            played.completeExceptionally(failure);
        }
    }

    private void tell() {
        if (told || !played.isCompletedExceptionally()) return;
        told = true;
        Throwable why = played.exceptionNow();
        throw new AssertionError("the script of the peer at " + address() + ": " + why.getMessage(), why);
    }

    private static boolean hasEnded(Thread playing) {
        try {
            return playing.join(PATIENCE);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private final class UntilLeft implements WaitStrategy {
        @Override
        public int goOn() {
            if (leaving) throw new AssertionError("the test ended before it did");
            return RealTime.INSTANCE.goOn();
        }

        @Override
        public int idleRoundsMax() {
            return RealTime.INSTANCE.idleRoundsMax();
        }

        @Override
        public void pass(Duration time) {
            RealTime.INSTANCE.pass(time);
        }
    }
}
