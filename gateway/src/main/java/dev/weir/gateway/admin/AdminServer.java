package dev.weir.gateway.admin;

import dev.weir.connection.ChargeRequest;
import dev.weir.gateway.metrics.GatewayMetrics;
import dev.weir.gateway.metrics.LoopQuery;
import dev.weir.http.blocking.BlockingHandlers;
import dev.weir.http.server.HttpServer;
import dev.weir.http.server.ServerSettings;
import dev.weir.loop.CloseReport;
import dev.weir.loop.EventLoop;
import dev.weir.memory.MemoryPlan;
import dev.weir.memory.Reservation;
import dev.weir.memory.block.BlockSize;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;
import dev.weir.server.Beyond;
import dev.weir.time.Deadline;
import dev.weir.transport.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Serves the admin pages on an address of its own.
///
/// The pages have a small runtime of their own: one loop, twelve blocks and a reserve of three, eight
/// connections. So `/livez` answers whatever happens to the memory or the loops of the gateway, and however
/// many clients the pages have: the connection that has been idle for longest is closed for a new one, and
/// there is a block for each.
///
/// **Owns:** its runtime; gone when [#close] returns, or named in the report. Until then it also owns its
/// charges in the gateway's plan.
/// **Threads:** thread-safe.
/// **Waits:** [#open] waits for its loop, [#close] until its deadline.
/// **Limits:** [#SHARE_BYTES] in all; 8 connections, beyond that the longest idle one is closed; 4 pages being
/// generated, beyond that 503.
/// **Fails:** an address that cannot be had makes [#open] throw [dev.weir.transport.TransportException],
/// with nothing left open; a plan of the gateway without [#charges], [IllegalArgumentException].
public final class AdminServer {
    private static final int LOOPS = 1;
    private static final int CONNECTIONS_MAX = 8;
    private static final int PAGES_MAX = 4;
    private static final int BLOCKS = CONNECTIONS_MAX + PAGES_MAX;
    private static final Duration TIME_OPENING = Duration.ofSeconds(1);
    private static final Duration HEADER_TIME = Duration.ofSeconds(10);
    private static final Duration IDLE_TIME = Duration.ofSeconds(30);
    private static final Duration STALL_TIME = Duration.ofSeconds(10);

    /// Bytes that the gateway's plan has to charge for the admin pages: scratch blocks of one loop, the charges
    /// of connections and pages, a block for each connection and each page, and the reserve.
    public static final long SHARE_BYTES = EventLoop.fixedBytes(LOOPS)
            + CONNECTIONS_MAX * (WeirSettings.CONNECTION_BYTES + WeirSettings.EXCHANGE_BYTES)
            + ServerSettings.lingeringMax(CONNECTIONS_MAX, LOOPS) * WeirSettings.CONNECTION_BYTES
            + BlockingHandlers.charge(PAGES_MAX).bytes()
            + (long) (BLOCKS + MemoryPlan.RESERVE_BLOCKS_MIN) * BlockSize.NORMAL.bytes();

    /// The charges it needs in the gateway's plan: its share, and the tasks that pages post to the gateway's
    /// loops, one at a time from each page for each loop.
    ///
    /// @param loops event loops of the gateway
    public static ChargeRequest charges(int loops) {
        return ChargeRequest.of("admin", "")
                .with("admin share", 1, SHARE_BYTES)
                .with("tasks from admin pages", (long) PAGES_MAX * loops, LoopQuery.BYTES);
    }

    private final Weir weir;
    private final HttpServer server;
    private final Reservation reservation;

    private AdminServer(Weir weir, HttpServer server, Reservation reservation) {
        this.weir = weir;
        this.server = server;
        this.reservation = reservation;
    }

    /// What the pages report on.
    ///
    /// @param weir the runtime of the gateway
    /// @param metrics what it counts
    /// @param ready whether the gateway takes requests: false while it starts and after the first signal to stop
    /// @param hosts host names for which pages are served beside addresses and `localhost`, in lower case
    public record Sources(Weir weir, GatewayMetrics metrics, BooleanSupplier ready, List<String> hosts) {}

    /// Opens the pages.
    ///
    /// @param address where they are served; port 0 lets the kernel choose
    /// @return the server, **owned by the caller**
    public static AdminServer open(Endpoint address, Sources sources) {
        var gateway = sources.weir().group();
        Reservation taken = charges(gateway.loops().size()).reserve(gateway);
        try {
            return open(address, sources, taken);
        } catch (RuntimeException | Error failure) {
            taken.close();
            throw failure;
        }
    }

    private static AdminServer open(Endpoint address, Sources sources, Reservation taken) {
        ServerSettings settings = server(address);
        Weir weir = Weir.open(runtime(settings));
        try {
            var pages = BlockingHandlers.of(weir, new Pages(sources), PAGES_MAX);
            var liveness = new Liveness(
                    weir.group().loops().getFirst(), sources.weir().group().loops());
            var handler = new AdminHandler(sources, liveness, pages);
            return new AdminServer(weir, HttpServer.open(weir, settings, handler), taken);
        } catch (RuntimeException | Error failure) {
            CloseReport report = weir.close(Deadline.in(weir.group().clock(), TIME_OPENING));
            assert report.isClean() : "nothing was opened in it";
            throw failure;
        }
    }

    private static WeirSettings runtime(ServerSettings server) {
        var memory = MemoryPlan.Settings.DEFAULT
                .withSlabBytes(BlockSize.NORMAL.bytes())
                .withReserveBlocks(MemoryPlan.RESERVE_BLOCKS_MIN);
        // Why: its own charges, because the usual ones include lingering places for more servers than this one.
        return WeirSettings.of("admin", SHARE_BYTES)
                .withLoops(LOOPS)
                .withCharges(server.charges(LOOPS, 0).lines())
                .withCharge(BlockingHandlers.charge(PAGES_MAX))
                .withMemory(memory);
    }

    private static ServerSettings server(Endpoint address) {
        return ServerSettings.at(address)
                .withName("admin")
                .withConnectionsMax(CONNECTIONS_MAX)
                .withBeyond(Beyond.PURGE)
                .withHeaderTimeout(HEADER_TIME)
                .withIdleTimeout(IDLE_TIME)
                .withBodyTimeout(STALL_TIME);
    }

    /// The address it listens on, with the port that the kernel chose for port 0.
    public Endpoint local() {
        return server.local();
    }

    /// Notifies `owner` when the loop of the pages fails, instead of closing the pages alone.
    public void onLoopFailure(EventLoop.FailureListener owner) {
        weir.group().onLoopFailure(owner);
    }

    /// Cuts the connections and closes; the report says what is left.
    public CloseReport close(Deadline deadline) {
        server.abort();
        CloseReport report = weir.close(deadline);
        // Why: what survived still takes heap.
        if (report.isClean()) reservation.close();
        return report;
    }
}
