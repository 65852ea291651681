package dev.weir.testing.proxy;

import dev.weir.connection.ChargeRequest;
import dev.weir.connection.Connection;
import dev.weir.connection.Connections;
import dev.weir.loop.EventLoop;
import dev.weir.memory.MemoryPlan;
import dev.weir.memory.Reservation;
import dev.weir.memory.block.BlockSize;
import dev.weir.runtime.Drainable;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;
import dev.weir.time.Deadline;
import dev.weir.transport.Acceptor;
import dev.weir.transport.ConnectAttempt;
import dev.weir.transport.Endpoint;
import dev.weir.transport.Transport;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A proxy between clients and one target that injects faults, into each direction separately. Faults can be
/// changed at any time, also for open connections.
///
/// **Owns:** its acceptor and all connections, and with [#open] a runtime too: gone when [#close] returns.
/// On a runtime of the caller they are gone at the end of its loop's turn.
/// **Threads:** thread-safe.
/// **Waits:** every method that changes something waits until its loop has done it, at most 10 s.
/// **Limits:** [ProxySettings#connectionsMax] clients at once, 136 KiB in transit in each direction of each.
/// **Fails:** a client is reset when the target cannot be reached. [#on] refuses a runtime whose plan has too
/// few charges left. [#close] throws when anything of its own runtime is left open, and names it.
/// **Source:** Toxiproxy, whose toxics these faults resemble.
public final class FaultProxy implements AutoCloseable {
    private static final int BACKLOG = 256;
    private static final int LOOPS = 1;
    private static final long LINK_BYTES = 2048;

    private final Weir weir;
    private final @Nullable Weir owned;
    private final ProxySettings settings;
    private final EventLoop loop;
    private final LinkedHashSet<Link> links = new LinkedHashSet<>(); // confined to the loop
    private volatile LaneFaults upstream;
    private volatile LaneFaults downstream;
    private volatile int live; // what others see of the size of `links`
    private volatile boolean listens = true;
    private volatile @Nullable Reservation reservation;
    private @Nullable Acceptor acceptor;
    private volatile Endpoint local;

    private FaultProxy(Weir weir, @Nullable Weir owned, ProxySettings settings) {
        this.weir = weir;
        this.owned = owned;
        this.settings = settings;
        this.loop = weir.group().loops().getFirst();
        this.upstream = LaneFaults.of(settings.upstream());
        this.downstream = LaneFaults.of(settings.downstream());
        this.local = settings.listen();
    }

    /// Opens a proxy to `target` without faults, at a port of this machine that the system chooses.
    ///
    /// @return the proxy, owned by the caller
    /// @throws dev.weir.transport.TransportException when it cannot listen
    public static FaultProxy open(Endpoint target) {
        return open(ProxySettings.to(target));
    }

    /// Opens a proxy with a runtime of its own.
    ///
    /// @return the proxy, owned by the caller
    /// @throws dev.weir.transport.TransportException when it cannot listen
    public static FaultProxy open(ProxySettings settings) {
        Weir weir = Weir.open(runtime(settings.connectionsMax()));
        try {
            return new FaultProxy(weir, weir, settings).listen();
        } catch (RuntimeException | Error refused) {
            weir.close();
            throw refused;
        }
    }

    /// Opens a proxy on a runtime of the caller, whose clock and network it uses: with manual loops tests of
    /// time are exact.
    ///
    /// @return the proxy, owned by the caller; it ends with the runtime at the latest
    /// @throws dev.weir.transport.TransportException when it cannot listen
    public static FaultProxy on(Weir weir, ProxySettings settings) {
        var proxy = new FaultProxy(weir, null, settings).listen();
        try {
            weir.register(proxy.ending());
            return proxy;
        } catch (IllegalStateException closing) {
            proxy.close();
            throw closing;
        }
    }

    private static WeirSettings runtime(int connectionsMax) {
        var charges = charges(connectionsMax).lines();
        long blocks = 2L * Lane.BLOCKS_MAX * connectionsMax + 64;
        long bytes = EventLoop.fixedBytes(LOOPS) + blocks * BlockSize.NORMAL.bytes();
        for (MemoryPlan.Line charge : charges) bytes += charge.bytes();
        var memory = MemoryPlan.Settings.DEFAULT.withSlabBytes(BlockSize.NORMAL.bytes());
        return WeirSettings.of("fault-proxy", bytes)
                .withLoops(LOOPS)
                .withCharges(charges)
                .withMemory(memory);
    }

    /// The charges: for each client a connection on both sides and a link between them.
    private static ChargeRequest charges(int connectionsMax) {
        return ChargeRequest.of("fault proxy", "")
                .with(ChargeRequest.CONNECTIONS, 2L * connectionsMax, ChargeRequest.CONNECTION_BYTES)
                .with("links", connectionsMax, LINK_BYTES);
    }

    private FaultProxy listen() {
        reservation = charges(settings.connectionsMax()).reserve(weir.group());
        try {
            local = onLoop(() -> {
                Acceptor opened = weir.network().listen(settings.listen(), BACKLOG, loop, new Door());
                acceptor = opened;
                return opened.local();
            });
            return this;
        } catch (RuntimeException failure) {
            // Why: after a late answer of the loop nobody would own the listener.
            weir.group().execute(loop, this::shut);
            throw failure;
        }
    }

    /// The address for clients.
    public Endpoint local() {
        return local;
    }

    /// The number of connected clients; callable from any thread, may be slightly out of date.
    public int clients() {
        return live;
    }

    /// Replaces the faults of the direction towards the target.
    public FaultProxy upstream(ProxyFault... faults) {
        return treat(LaneFaults.of(List.of(faults)), downstream);
    }

    /// Replaces the faults of the direction towards the client.
    public FaultProxy downstream(ProxyFault... faults) {
        return treat(upstream, LaneFaults.of(List.of(faults)));
    }

    /// Replaces the faults of both directions.
    public FaultProxy both(ProxyFault... faults) {
        return treat(LaneFaults.of(List.of(faults)), LaneFaults.of(List.of(faults)));
    }

    /// Removes all faults; delayed bytes are delivered.
    public FaultProxy heal() {
        return both();
    }

    /// Resets every open connection; new ones are accepted.
    public FaultProxy reset() {
        return onLoop(() -> {
            for (Link link : List.copyOf(links)) link.cut();
            return this;
        });
    }

    /// Stops listening and resets every connection. With a runtime of its own: closes it, and checks that
    /// nothing is left.
    ///
    /// @throws IllegalStateException when something of its own runtime survived, naming it
    @Override
    public void close() {
        weir.group().execute(loop, this::shut);
        if (owned != null) owned.close();
    }

    private void shut() {
        stopListening();
        for (Link link : List.copyOf(links)) link.cut();
    }

    private void stopListening() {
        Acceptor listening = acceptor;
        acceptor = null;
        if (listening != null) listening.close();
        listens = false;
        giveBackWhenEmpty();
    }

    private void giveBackWhenEmpty() {
        Reservation taken = reservation;
        if (taken != null && !listens && links.isEmpty()) taken.close();
    }

    /// The part of the runtime's close: links go on as long as both of their ends do.
    private Drainable ending() {
        return new Drainable() {
            @Override
            public void drain(Deadline deadline) {
                weir.group().execute(loop, FaultProxy.this::stopListening);
            }

            @Override
            public boolean isDrained() {
                return !listens && live == 0;
            }

            @Override
            public List<String> survivors() {
                return isDrained() ? List.of() : List.of(live + " links of the fault proxy");
            }

            @Override
            public boolean owns(Connection connection) {
                return false; // Why: its links reset their connections themselves.
            }

            @Override
            public void abort() {
                weir.group().execute(loop, FaultProxy.this::shut);
            }
        };
    }

    private FaultProxy treat(LaneFaults up, LaneFaults down) {
        return onLoop(() -> {
            upstream = up;
            downstream = down;
            for (Link link : List.copyOf(links)) link.treat();
            return this;
        });
    }

    private <T> T onLoop(java.util.function.Supplier<T> task) {
        return weir.group().call(loop, task);
    }

    // ---- for the links

    LaneFaults upstream() {
        return upstream;
    }

    LaneFaults downstream() {
        return downstream;
    }

    Connections connections() {
        return weir.connections();
    }

    ConnectAttempt connect(Link link) {
        return weir.network().connect(settings.target(), loop, link);
    }

    void linkEnded(Link link) {
        links.remove(link);
        live = links.size();
        giveBackWhenEmpty();
    }

    private final class Door implements Acceptor.Listener {
        @Override
        public void accepted(Transport transport) {
            if (acceptor == null || links.size() >= settings.connectionsMax()) {
                transport.abort();
                return;
            }
            var link = new Link(FaultProxy.this, loop);
            links.add(link);
            live = links.size();
            link.start(transport);
        }

        @Override
        public void acceptFailed(String why) {
            // Why: accepting resumes by itself, and clients wait in the backlog meanwhile.
        }
    }
}
