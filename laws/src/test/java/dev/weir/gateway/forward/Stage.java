package dev.weir.gateway.forward;

import dev.weir.connection.Connections;
import dev.weir.connection.Starvation;
import dev.weir.gateway.config.Upstream;
import dev.weir.gateway.request.RequestRecord;
import dev.weir.gateway.route.RouteTable;
import dev.weir.http.flow.HeadBlocks;
import dev.weir.http.server.HttpServer;
import dev.weir.http.server.ServerExchange;
import dev.weir.loop.EventLoop;
import dev.weir.loop.LoopGroup;
import dev.weir.memory.MemoryPlan;
import dev.weir.memory.block.BlockSize;
import dev.weir.pool.exclusive.ConnectionCache;
import dev.weir.runtime.LargeHeads;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;
import dev.weir.testing.HeldNetwork;
import dev.weir.testing.Hoard;
import dev.weir.testing.Scene;
import dev.weir.transport.ConnectAttempt;
import dev.weir.transport.Endpoint;
import dev.weir.transport.NameLookup;
import dev.weir.transport.Network;
import dev.weir.transport.Transport;
import dev.weir.transport.inmemory.InMemoryNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A gateway between peers that do what the test tells them, on loops turned by hand; in memory, or over real
/// TCP.
///
/// **Owns:** the gateway, its peers and its origins; closed with the scene, and nothing may hold a block then.
final class Stage implements AutoCloseable {
    /// So many large heads of each kind may be read at once where a test allows them.
    static final int LARGE_HEADS = 2;

    private static final int ROUNDS_MAX = 20_000;
    private static final int CONNECTIONS_MAX = 50_000;
    private static final long PATIENCE_NANOS = 20_000_000L;

    final List<Ended> ended = new ArrayList<>();
    final List<Origins> origins = new ArrayList<>();
    final List<String> told = new ArrayList<>();
    private final List<Peer> peers = new ArrayList<>();
    private final Scene scene;
    private final HeldNetwork network;
    private final long patienceNanos;
    private final Weir weir;
    private final Upstreams upstreams;
    private final HttpServer server;
    private boolean closed;

    /// How one exchange ended, as the access log will tell it.
    record Ended(int status, String end, String reason, int attempts, boolean answered) {}

    private Stage(Scene scene, Network under, Setup setup, long patienceNanos, @Nullable NameLookup names) {
        this.scene = scene;
        this.network = new HeldNetwork(under);
        this.patienceNanos = patienceNanos;
        int normal = BlockSize.NORMAL.bytes();
        var memory = MemoryPlan.Settings.DEFAULT.withSlabBytes(slabBytes(setup)).withReserveBlocks(setup.reserve());
        long bytes = EventLoop.fixedBytes(setup.loops()) + (long) setup.blocks() * normal;
        long charged = WeirSettings.connectionsBytes(CONNECTIONS_MAX, setup.loops());
        boolean isLarge = setup.limits().bytesMax() > HeadBlocks.HEAD_BYTES_MAX;
        var large = isLarge ? new LargeHeads(LARGE_HEADS, LARGE_HEADS) : LargeHeads.NONE;
        if (isLarge) bytes += (2L * LARGE_HEADS + setup.loops()) * BlockSize.LARGE.bytes();
        var settings = WeirSettings.of("stage", bytes + charged, CONNECTIONS_MAX)
                .withLoops(setup.loops())
                .withMemory(memory)
                .withLargeHeads(large);
        weir = Weir.open(settings, LoopGroup.Drive.BY_HAND, scene.clock(), scene.ledger(), network);
        for (int i = 0; i < setup.origins(); i++) origins.add(new Origins(this, Scene.ANY_PORT));
        upstreams = Upstreams.open(
                weir,
                List.of(upstream(setup, names != null)),
                Starvation.LIMIT,
                upstream -> setup.limits().fieldsBytes(),
                new NameResolution(names == null ? NameLookup.SYSTEM : names, Runnable::run, told::add));
        server = serve(setup);
    }

    /// One block, so that few blocks are exact; where there are many, room for a large one.
    private static int slabBytes(Setup setup) {
        return (setup.blocks() < 256 ? BlockSize.NORMAL : BlockSize.LARGE).bytes();
    }

    /// In memory.
    static Stage inMemory(Scene scene, Setup setup) {
        var network = new InMemoryNetwork(scene.clock(), scene.ledger(), setup.pipeBytes());
        return scene.closes(new Stage(scene, network, setup, 0, null));
    }

    /// In memory, with one origin that is a name.
    static Stage named(Scene scene, Setup setup, NameLookup names) {
        var network = new InMemoryNetwork(scene.clock(), scene.ledger(), setup.pipeBytes());
        return scene.closes(new Stage(scene, network, setup, 0, names));
    }

    /// Over real sockets of this machine.
    static Stage tcp(Scene scene, Setup setup) {
        return scene.closes(new Stage(scene, scene.tcp(), setup, PATIENCE_NANOS, null));
    }

    private Upstream upstream(Setup setup, boolean isNamed) {
        var addresses = origins.stream()
                .map(one -> Endpoint.of("127.0.0.1", one.address().port()))
                .toList();
        var timeouts = new Upstream.Timeouts(Duration.ofSeconds(2), Setup.RESPONSE);
        var upstream = new Upstream(
                "web",
                isNamed ? List.of(Endpoint.of("web.test", 80)) : addresses,
                Upstream.Balance.ROUND_ROBIN,
                setup.pool(),
                timeouts,
                setup.retry(),
                setup.reuse(),
                setup.abandon());
        // Why: tests about other things see a failure at once.
        return setup.upstream().apply(upstream.withWhenAllDown(Upstream.WhenAllDown.FAIL));
    }

    private HttpServer serve(Setup setup) {
        var at = setup.server().apply(Setup.at("stage").withLimits(setup.limits()));
        var forwarder = new Forwarder(
                weir.group().loops(), RouteTable.of(setup.routes()), upstreams, at, Via.named("weir"), setup.gather());
        return HttpServer.open(weir, at, forwarder, this::note);
    }

    private void note(ServerExchange exchange) {
        RequestRecord known = exchange.attachment(RequestRecord.KEY);
        int attempts = known == null ? 0 : known.attempts();
        var ending = exchange.ending();
        ended.add(new Ended(
                exchange.status(),
                "" + ending.end().who().letter() + ending.phase().letter(),
                ending.reason(),
                attempts,
                exchange.isAnswered()));
    }

    // ---- who takes part

    /// A client that has just connected.
    Peer client() {
        return dial(server.local());
    }

    private Peer dial(Endpoint address) {
        var made = new ArrayList<Transport>();
        network.connect(address, weir.group().loops().getFirst(), new ConnectAttempt.Listener() {
            @Override
            public void connected(Transport transport) {
                made.add(transport);
            }

            @Override
            public void connectFailed(String why) {
                throw new AssertionError(why);
            }
        });
        turnUntil(() -> !made.isEmpty());
        return peer(made.getFirst());
    }

    Peer peer(Transport transport) {
        var one = new Peer(this, transport);
        peers.add(one);
        return one;
    }

    /// The only origin.
    Origins origin() {
        return origins.getFirst();
    }

    HeldNetwork network() {
        return network;
    }

    Weir weir() {
        return weir;
    }

    ConnectionCache cache() {
        return upstreams.named("web").cache();
    }

    /// Interim answers that were not forwarded.
    long interimDropped() {
        return upstreams.named("web").interimDropped();
    }

    HttpServer server() {
        return server;
    }

    Connections connections() {
        return weir.connections();
    }

    /// Bytes of blocks held by anybody.
    long heldBytes() {
        return weir.group().budget().owners().stream()
                .mapToLong(held -> held.bytes())
                .sum();
    }

    /// Takes every block there is.
    Hoard takeAll() {
        return Hoard.all(weir.group().budget().pool());
    }

    /// The most bytes of blocks that were out at once, those at hand for a loop included.
    long peakBytes() {
        return weir.group().budget().usage().peakBytes();
    }

    /// How the only exchange until now ended.
    Ended only() {
        if (ended.size() != 1) throw new AssertionError("not one exchange has ended: " + ended);
        return ended.getFirst();
    }

    // ---- time

    /// Turns each loop once.
    int turn() {
        int done = 0;
        for (EventLoop loop : weir.group().loops()) done += loop.turn(0);
        return done;
    }

    /// Turns the loops until there is nothing to do.
    void settle() {
        for (int round = 0; round < ROUNDS_MAX; round++) {
            if (round() == 0) return;
        }
        throw new AssertionError("something is ready and nobody takes it, or something spins");
    }

    void turnUntil(BooleanSupplier done) {
        int idle = 0;
        for (int round = 0; round < ROUNDS_MAX && idle < 50; round++) {
            if (done.getAsBoolean()) return;
            idle = round() == 0 ? idle + 1 : 0;
        }
        throw new AssertionError("waited in vain");
    }

    private int round() {
        int done = turn();
        if (done > 0 || patienceNanos == 0) return done;
        for (EventLoop loop : weir.group().loops()) done += loop.turn(patienceNanos);
        return done;
    }

    /// Lets everything happen that can, then turns the clock forward in one step.
    void pass(Duration time) {
        settle();
        scene.clock().advance(time);
        settle();
    }

    /// Lets everybody leave, those included who only came because others left.
    private void leave() {
        for (int i = 0; i < peers.size(); i++) {
            peers.get(i).close();
            settle();
        }
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        leave();
        server.abort();
        upstreams.close();
        settle();
        for (Origins origin : origins) origin.close();
        settle();
        leave();
        long held = heldBytes();
        weir.close();
        if (held != 0) throw new AssertionError(held + " bytes of blocks were held when everybody had left");
    }
}
