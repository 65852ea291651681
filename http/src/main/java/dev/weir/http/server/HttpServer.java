package dev.weir.http.server;

import dev.weir.connection.ChargeRequest;
import dev.weir.connection.Connection;
import dev.weir.connection.Conversation;
import dev.weir.connection.Lingering;
import dev.weir.http.codec.HeadLimits;
import dev.weir.http.flow.HeadBlocks;
import dev.weir.loop.CloseReport;
import dev.weir.loop.EventLoop;
import dev.weir.runtime.LargeHeads;
import dev.weir.runtime.Weir;
import dev.weir.server.Listening;
import dev.weir.server.ListeningSettings;
import dev.weir.server.Refused;
import dev.weir.server.Service;
import dev.weir.server.SharedLimit;
import dev.weir.time.Deadline;
import dev.weir.transport.Endpoint;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An HTTP/1.1 server: it listens on one address and hands each request to one handler.
///
/// **Owns:** its acceptor and its connections; the connections live on the loops of its [Weir].
/// **Threads:** thread-safe.
/// **Waits:** [#open] waits for the loop it has to ask; [#close] until its deadline.
/// **Limits:** those of its [ServerSettings].
/// **Fails:** an address on which it cannot listen makes [#open] throw [dev.weir.transport.TransportException];
/// more connections than the plan of the runtime has left, or heads longer than it has blocks for,
/// [IllegalArgumentException] that says which number to raise.
public final class HttpServer {
    private final Weir weir;
    private final ServerSettings settings;
    private final LoopHandler handler;
    private final ServerObserver observer;
    private final List<ServerLoop> loops = new ArrayList<>();
    private final PersistenceLines persistence;
    private final Lingering lingeringRefusals; // on the loop that accepts
    private final ConnectionPurge purge;
    private final @Nullable SharedLimit shared; // null when its connections are its own
    private final ServerContext context = new Context();
    private volatile @Nullable Listening listening; // null until it is open
    private volatile long drainIdleNanos;

    private HttpServer(
            Weir weir,
            ServerSettings settings,
            LoopHandler handler,
            ServerObserver observer,
            @Nullable SharedLimit shared) {
        requireHeads(weir, settings.limits(), handler);
        this.weir = weir;
        this.settings = settings;
        this.handler = handler;
        this.observer = observer;
        this.shared = shared;
        this.drainIdleNanos = settings.drainTimeout().toNanos();
        this.persistence = new PersistenceLines(settings.keepAliveField(), settings.idleTimeout());
        this.lingeringRefusals = settings.lingeringRefusals(weir.group().loops().getFirst());
        this.purge = new ConnectionPurge(weir.group());
    }

    private static void requireHeads(Weir weir, HeadLimits limits, LoopHandler handler) {
        if (limits.bytesMax() <= HeadBlocks.HEAD_BYTES_MAX) return;
        if (weir.group().budget().kept(LargeHeads.REQUESTS) == null) {
            throw new IllegalArgumentException("heads of " + limits.bytesMax() + " bytes fit no normal block, which "
                    + "holds " + HeadBlocks.HEAD_BYTES_MAX + ": open the runtime with WeirSettings.withLargeHeads");
        }
        if (limits.bytesMax() > handler.headBytesMax()) {
            throw new IllegalArgumentException("the handler takes heads of " + handler.headBytesMax()
                    + " bytes at most, and the server allows " + limits.bytesMax()
                    + ": give its limits to what makes the handler, and to what it is charged");
        }
    }

    /// Opens a server in `weir`.
    public static HttpServer open(Weir weir, ServerSettings settings, LoopHandler handler) {
        return open(weir, settings, handler, ServerObserver.NONE);
    }

    /// Opens a server in `weir` that reports its exchanges to `observer`.
    public static HttpServer open(Weir weir, ServerSettings settings, LoopHandler handler, ServerObserver observer) {
        return new HttpServer(weir, settings, handler, observer, null).start();
    }

    /// Opens a server in `weir` whose connections are of a limit that other servers share.
    /// [ServerSettings#connectionsMax] is a cap within it.
    ///
    /// @param limit of the same runtime, lent: whoever opened it closes it
    public static HttpServer open(
            Weir weir, ServerSettings settings, LoopHandler handler, ServerObserver observer, SharedLimit limit) {
        return new HttpServer(weir, settings, handler, observer, limit).start();
    }

    private HttpServer start() {
        for (EventLoop loop : weir.group().loops()) loops.add(new ServerLoop(context, loop));
        ListeningSettings listens = settings.listening(loops.size(), handler.exchangeBytes());
        listening = shared == null
                ? Listening.open(weir, listens, new Http())
                : Listening.open(weir, listens, shared, new Http());
        return this;
    }

    private Listening listening() {
        Listening open = listening;
        if (open == null) throw new IllegalStateException("the server is being opened");
        return open;
    }

    /// Says how many connections it could have with what is left of the plan.
    private String orFewer() {
        long left = weir.group().budget().unreservedBytes(ChargeRequest.CONNECTIONS);
        long fewer = settings.connectionsWithin(left, handler.exchangeBytes());
        return fewer > 0 ? ", or the server with ServerSettings.withConnectionsMax(" + fewer + ")" : "";
    }

    /// The address on which it listens, with the port that the kernel chose if none was given.
    public Endpoint local() {
        return listening().local();
    }

    /// The settings with which it was opened.
    public ServerSettings settings() {
        return settings;
    }

    /// How many connections it has now, including those that only linger after their last answer.
    public int connections() {
        return listening().connections();
    }

    /// How many connections only linger after their last answer. They do not count against
    /// [ServerSettings#connectionsMax].
    public int lingering() {
        return listening().lingering();
    }

    /// Whether it accepts no new connections and ends each connection after its answer.
    public boolean isDraining() {
        Listening open = listening;
        return open != null && open.isDraining();
    }

    /// Stops accepting, sends `Connection: close` with each answer, and closes connections that stay idle for
    /// [ServerSettings#drainTimeout], after a last look for bytes. Returns when draining has begun;
    /// [#connections] is zero when it is done.
    public void drain() {
        listening().drain(Deadline.NEVER);
    }

    /// Closes gracefully: stops accepting, closes connections that stay idle for [ServerSettings#drainTimeout]
    /// or for half of the time left, and sends `Connection: close` with each answer. Connections that are left
    /// at `deadline` are reset. The runtime goes on; [Weir#close(Deadline)] does the same with all its servers.
    ///
    /// @return which requests were cut, and what is left; the balance is of the whole runtime
    /// @throws IllegalStateException when called from a loop or a handler, which would wait for itself; nothing
    ///     was done then: call [#drain], or [Weir#startClose]
    public CloseReport close(Deadline deadline) {
        return listening().close(deadline);
    }

    /// Resets every connection it still has, including refusals. Returns when that has begun.
    public void abort() {
        listening().abort();
    }

    ServerContext context() {
        return context;
    }

    /// What its connections need from it.
    private final class Context implements ServerContext {
        @Override
        public ServerSettings settings() {
            return settings;
        }

        @Override
        public LoopHandler handler() {
            return handler;
        }

        @Override
        public ServerObserver observer() {
            return observer;
        }

        @Override
        public PersistenceLines persistence() {
            return persistence;
        }

        @Override
        public boolean isDraining() {
            return HttpServer.this.isDraining();
        }

        @Override
        public boolean sharesItsLimit() {
            return shared != null;
        }

        @Override
        public long drainIdleNanos() {
            return drainIdleNanos;
        }

        @Override
        public int loopCount() {
            return weir.group().loops().size();
        }
    }

    /// What is said over the connections that come in.
    private final class Http implements Service {
        @Override
        public Conversation converse(Connection connection) {
            return new Http1Connection(loops.get(connection.loop().index()), connection);
        }

        @Override
        public void refused(Refused one) {
            observer.refused();
            one.answer(connection -> new Refusal(connection, lingeringRefusals));
        }

        @Override
        public void purge(Listening full) {
            purge.purgeOne(full);
        }

        @Override
        public void draining(Deadline deadline) {
            if (deadline.equals(Deadline.NEVER)) return;
            long left = deadline.leftNanos(weir.group().clock().nanoTime());
            // Why: half, so that connections that are idle all the time are closed and not reset at the deadline.
            drainIdleNanos = Math.min(drainIdleNanos, left / 2);
        }

        @Override
        public void drain(Connection connection) {
            if (connection.conversation() instanceof Http1Connection one) one.drain();
        }

        @Override
        public void acceptFailed(String why) {
            observer.acceptFailed(why);
        }

        @Override
        public String remedy() {
            return orFewer();
        }
    }
}
