package dev.weir.examples.protocol;

import dev.weir.connection.Connection;
import dev.weir.connection.Conversation;
import dev.weir.runtime.Weir;
import dev.weir.server.Listening;
import dev.weir.server.ListeningSettings;
import dev.weir.server.Service;
import dev.weir.time.Deadline;
import dev.weir.transport.Endpoint;
import java.util.concurrent.atomic.AtomicLong;

/// Adds up what its clients send.
///
/// **Owns:** its listening, until its runtime is closed.
/// **Threads:** thread-safe: clients are on all loops of its runtime.
/// **Limits:** 1 000 clients at once; more wait until one leaves.
final class CounterServer implements Service {
    private static final int CLIENTS_MAX = 1_000;

    private final Listening listening;
    private final AtomicLong sum = new AtomicLong();
    private volatile boolean draining;

    @SuppressWarnings("this-escape") // Why: clients may come before this returns, and find all they need.
    private CounterServer(Weir weir, Endpoint address) {
        this.listening = Listening.open(weir, ListeningSettings.of("counter", address, CLIENTS_MAX), this);
    }

    /// @throws IllegalArgumentException when the plan of the runtime has fewer connections left
    static CounterServer open(Weir weir, Endpoint address) {
        return new CounterServer(weir, address);
    }

    Endpoint local() {
        return listening.local();
    }

    @Override
    public Conversation converse(Connection connection) {
        return new CounterConversation(this, connection);
    }

    @Override
    public void draining(Deadline deadline) {
        draining = true;
    }

    /// Each is left after the request that has begun.
    @Override
    public void drain(Connection connection) {
        if (connection.conversation() instanceof CounterConversation talk) talk.drain();
    }

    boolean isDraining() {
        return draining;
    }

    /// The answer to one request.
    String answer(String request) {
        if (!request.matches("ADD -?[0-9]{1,18}")) return "ERROR";
        long added = Long.parseLong(request.substring(4));
        try {
            return Long.toString(sum.updateAndGet(before -> Math.addExact(before, added)));
        } catch (ArithmeticException tooLarge) {
            return "ERROR";
        }
    }
}
