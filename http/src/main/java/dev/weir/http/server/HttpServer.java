package dev.weir.http.server;

import dev.weir.connection.Claim;
import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.Connections;
import dev.weir.connection.Conversation;
import dev.weir.connection.Lingering;
import dev.weir.http.codec.HeadLimits;
import dev.weir.http.flow.Inflow;
import dev.weir.loop.EventLoop;
import dev.weir.loop.LoopGroup;
import dev.weir.runtime.Drainable;
import dev.weir.runtime.EndReport;
import dev.weir.runtime.LargeHeads;
import dev.weir.runtime.Weir;
import dev.weir.time.Deadline;
import dev.weir.transport.Transport;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An HTTP/1.1 server: it listens on one address and hands each request to one handler.
///
/// **Owns:** its acceptor and its connections; the connections live on the loops of its [Weir].
/// **Threads:** thread-safe.
/// **Waits:** [#open] waits for the loop it has to ask; [#close] until its deadline.
/// **Limits:** those of its [ServerSettings].
/// **Fails:** an address that cannot be had makes [#open] throw [dev.weir.transport.TransportException]; more
/// connections than the plan of the runtime has left, or heads longer than it has blocks for,
/// [IllegalArgumentException] that says which number to raise.
public final class HttpServer {
    /// How many are looked at in one turn for one that makes room: each look goes over all of a loop.
    private static final int LOOKS_MAX = 8;

    private final Weir weir;
    private final ServerSettings settings;
    private final LoopHandler handler;
    private final ServerObserver observer;
    private final List<ServerLoop> loops = new ArrayList<>();
    private final Door door;
    private final String label;
    private final Drainable ending = new End();
    private final PersistenceLines persistence;
    private final Lingering lingeringRefusals; // on the door's loop
    private volatile InetSocketAddress local;
    private volatile long drainIdleNanos;
    private volatile boolean draining;
    private volatile boolean aborting;

    private HttpServer(Weir weir, ServerSettings settings, LoopHandler handler, ServerObserver observer) {
        requireHeads(weir, settings.limits(), handler);
        this.weir = weir;
        this.settings = settings;
        this.handler = handler;
        this.observer = observer;
        this.local = settings.address();
        this.drainIdleNanos = settings.drainIdle().toNanos();
        this.persistence = new PersistenceLines(settings.keepAliveField(), settings.idle());
        this.label = "downstream " + settings.name();
        Connections connections = weir.connections();
        EventLoop accepting = weir.group().loops().getFirst();
        this.lingeringRefusals = settings.lingeringRefusals(accepting);
        int loopCount = weir.group().loops().size();
        Claim claim = settings.claim(loopCount, handler.exchangeBytes());
        this.door = new Door(
                connections, accepting, settings.beyond(), settings.connectionsMax(), guests(), claim, this::orFewer);
    }

    private static void requireHeads(Weir weir, HeadLimits limits, LoopHandler handler) {
        if (limits.bytesMax() <= Inflow.HEAD_BYTES_MAX) return;
        if (weir.group().budget().kept(LargeHeads.REQUESTS) == null) {
            throw new IllegalArgumentException("heads of " + limits.bytesMax() + " bytes fit no normal block, which "
                    + "holds " + Inflow.HEAD_BYTES_MAX + ": open the runtime with WeirSettings.withLargeHeads");
        }
        if (limits.bytesMax() > handler.headBytesMax()) {
            throw new IllegalArgumentException("the handler takes heads of " + handler.headBytesMax()
                    + " bytes at most, and the server allows " + limits.bytesMax()
                    + ": give its limits to BlockingHandlers.of and BlockingHandlers.charge");
        }
    }

    /// Opens a server in `weir`.
    public static HttpServer open(Weir weir, ServerSettings settings, LoopHandler handler) {
        return open(weir, settings, handler, ServerObserver.NONE);
    }

    /// Opens a server in `weir` whose exchanges are told to `observer`.
    public static HttpServer open(Weir weir, ServerSettings settings, LoopHandler handler, ServerObserver observer) {
        return new HttpServer(weir, settings, handler, observer).start();
    }

    private HttpServer start() {
        LoopGroup group = weir.group();
        for (EventLoop loop : group.loops()) loops.add(new ServerLoop(this, loop));
        try {
            local = group.call(door.loop(), () -> door.open(weir.network(), settings.address()));
            weir.endsWith(ending);
            return this;
        } catch (RuntimeException | Error failure) {
            // Why: a runtime that closes refuses the server; a loop that answers too late opens the door for nobody.
            abort();
            throw failure;
        }
    }

    /// How many connections it could have with what the plan has left.
    private String orFewer() {
        long left = weir.group().budget().unreservedBytes(Claim.CONNECTIONS);
        long fewer = settings.connectionsWithin(left, handler.exchangeBytes());
        return fewer > 0 ? ", or the server with ServerSettings.withConnectionsMax(" + fewer + ")" : "";
    }

    /// Where it listens, with the port the kernel chose if none was asked for.
    public InetSocketAddress local() {
        return local;
    }

    /// What it was opened with.
    public ServerSettings settings() {
        return settings;
    }

    /// Connections it has now, those that only linger after their last answer included.
    public int connections() {
        return door.inside() + door.lingering();
    }

    /// Connections that only linger after their last answer. They do not count against
    /// [ServerSettings#connectionsMax].
    public int lingering() {
        return door.lingering();
    }

    /// Whether it takes no new connections and ends each after its answer.
    public boolean isDraining() {
        return draining;
    }

    /// Accepts no more, says `Connection: close` with each answer, and closes connections that stay idle for
    /// [ServerSettings#drainIdle], after a last look for bytes. Returns when that is under way;
    /// [#connections] tells when it is done.
    public void drain() {
        draining = true;
        weir.group().tell(door.loop(), door::close);
        forEach(ServerConnection::drain);
    }

    /// Ends in order: accepts no more, closes connections that stay idle for [ServerSettings#drainIdle] or for
    /// half of the time there is, and says `Connection: close` with each answer. What is left at `deadline` is
    /// reset. The runtime goes on; [Weir#close(Deadline)] does the same with all its servers.
    ///
    /// @return which requests were cut
    /// @throws IllegalStateException when called from a loop or a handler, which would wait for itself; nothing
    ///     was done then: call [#drain], or [Weir#startClose]
    public EndReport close(Deadline deadline) {
        return weir.end(ending, deadline);
    }

    /// How it ends with its runtime.
    private final class End implements Drainable {
        @Override
        public void drain(Deadline deadline) {
            long left = deadline.leftNanos(weir.group().clock().nanoTime());
            // Why: half, so that connections that are idle all the time are closed and not reset at the deadline.
            drainIdleNanos = Math.min(drainIdleNanos, left / 2);
            HttpServer.this.drain();
        }

        @Override
        public boolean isDrained() {
            return door.isEmpty();
        }

        @Override
        public boolean owns(Connection connection) {
            return switch (connection.conversation()) {
                case ServerConnection one -> one.isOf(HttpServer.this);
                case Refusal one -> one.isOf(HttpServer.this);
                default -> false;
            };
        }

        @Override
        public void abort() {
            HttpServer.this.abort();
        }
    }

    /// Resets every connection it still has, refusals too. Returns when that is under way.
    public void abort() {
        draining = true;
        aborting = true;
        weir.group().tell(door.loop(), door::close);
        forEach(one -> one.connection().abort(CloseReason.CLOSED));
        weir.connections()
                .visit(roster -> roster.forEach(connection -> {
                    if (connection.conversation() instanceof Refusal one && one.isOf(this))
                        connection.abort(CloseReason.CLOSED);
                }));
    }

    private void forEach(Consumer<ServerConnection> visitor) {
        weir.connections()
                .visit(roster -> roster.forEach(connection -> {
                    if (connection.conversation() instanceof ServerConnection one && one.isOf(this))
                        visitor.accept(one);
                }));
    }

    LoopHandler handler() {
        return handler;
    }

    ServerObserver observer() {
        return observer;
    }

    PersistenceLines persistence() {
        return persistence;
    }

    long headerNanos() {
        return settings.header().toNanos();
    }

    long idleNanos() {
        return settings.idle().toNanos();
    }

    long bodyStallNanos() {
        return settings.bodyStall().toNanos();
    }

    long drainIdleNanos() {
        return drainIdleNanos;
    }

    int loopCount() {
        return weir.group().loops().size();
    }

    Lingering lingeringRefusals() {
        return lingeringRefusals;
    }

    void lingeringBegun() {
        door.lingers();
    }

    void lingeringEnded() {
        door.lingeringEnded();
    }

    void connectionEnded() {
        door.leave();
    }

    void refusalEnded() {
        door.refusalEnded();
    }

    private Door.Guests guests() {
        return new Door.Guests() {
            @Override
            public void arrived(Transport transport, EventLoop loop) {
                admit(transport, loop);
            }

            @Override
            public void refused(Transport transport) {
                refuse(transport);
            }

            @Override
            public void makeRoom() {
                HttpServer.this.makeRoom(0);
            }

            @Override
            public void acceptFailed(String why) {
                observer.acceptFailed(why);
            }
        };
    }

    private void admit(Transport transport, EventLoop loop) {
        if (aborting) {
            transport.abort();
            connectionEnded();
            return;
        }
        ServerLoop here = loops.get(loop.index());
        var guest = new Guest(connection -> new ServerConnection(here, connection, transport.peer()));
        try {
            Connection.open(weir.connections(), loop, new Connection.Opening(label, transport, guest));
        } catch (RuntimeException | Error failure) {
            // Why: one that was made leaves by its end; of another nobody knows that it was counted.
            if (guest.made == null) connectionEnded();
            throw failure;
        }
    }

    /// Asks one loop after the other to close a connection, because each knows only its own.
    private void makeRoom(int index) {
        if (index == loops.size()) return;
        EventLoop loop = loops.get(index).loop();
        weir.group().tell(loop, () -> {
            if (!makesRoom(loop)) makeRoom(index + 1);
        });
    }

    private boolean makesRoom(EventLoop loop) {
        // Why: one whose request has come meanwhile is served, and the next is looked at; in the end one has to go.
        for (int looks = LOOKS_MAX; ; looks--) {
            ServerConnection longestIdle = longestIdle(loop);
            if (longestIdle == null) return false;
            if (looks == 0) longestIdle.makeRoomNow();
            if (looks == 0 || longestIdle.makesRoom()) return true;
        }
    }

    private @Nullable ServerConnection longestIdle(EventLoop loop) {
        var search = new LongestIdle(loop.nowNanos());
        forEachInside(loop, search::count);
        // Why: were all places kept, the next to come would be closed before it could speak.
        search.mayKeep = search.keeping < search.inside / 2;
        forEachInside(loop, search::look);
        return search.found;
    }

    private void forEachInside(EventLoop loop, Consumer<ServerConnection> visitor) {
        weir.connections().on(loop).forEach(connection -> {
            if (connection.conversation() instanceof ServerConnection one && one.isOf(this) && one.isInside())
                visitor.accept(one);
        });
    }

    /// One that is being served, or that may just be about to speak, comes after those that do neither, and one whose
    /// request keeps its place comes last, unless half of its loop's do; else the one that has moved no byte for
    /// longest comes first.
    private static final class LongestIdle {
        // Why: or a new one would be closed before its request could be read, while all others are served.
        private static final long SPEAKS_WITHIN_NANOS = 100_000_000;

        private final long nowNanos;
        private @Nullable ServerConnection found;
        private int inside; // on this loop
        private int keeping;
        private boolean mayKeep;

        LongestIdle(long nowNanos) {
            this.nowNanos = nowNanos;
        }

        void count(ServerConnection one) {
            inside++;
            if (one.keepsPlace()) keeping++;
        }

        void look(ServerConnection one) {
            if (found == null || comesBefore(one, found)) found = one;
        }

        private boolean comesBefore(ServerConnection one, ServerConnection other) {
            int need = need(one) - need(other);
            if (need != 0) return need < 0;
            return one.connection().lastMovedNanos() - other.connection().lastMovedNanos() < 0;
        }

        private int need(ServerConnection one) {
            if (mayKeep && one.keepsPlace()) return 2;
            boolean mayBeAboutToSpeak = nowNanos - one.connection().lastMovedNanos() < SPEAKS_WITHIN_NANOS;
            return one.isBeingServed() || mayBeAboutToSpeak ? 1 : 0;
        }
    }

    private void refuse(Transport transport) {
        observer.refused();
        // Why: another label than those inside have, who are told apart from it when somebody counts them.
        var guest = new Guest(connection -> new Refusal(this, connection));
        var opening = new Connection.Opening("refused " + settings.name(), transport, guest);
        try {
            Connection.open(weir.connections(), door.loop(), opening);
        } catch (RuntimeException | Error failure) {
            if (guest.made == null) refusalEnded();
            throw failure;
        }
    }

    /// Makes the conversation of a client, and knows afterwards whether it did.
    private static final class Guest implements Connection.Conversations {
        private final Connection.Conversations maker;
        private @Nullable Conversation made;

        Guest(Connection.Conversations maker) {
            this.maker = maker;
        }

        @Override
        public Conversation over(Connection connection) {
            Conversation one = maker.over(connection);
            made = one;
            return one;
        }
    }
}
