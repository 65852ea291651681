package dev.weir.gateway;

import dev.weir.connection.Connection;
import dev.weir.connection.ConnectionRole;
import dev.weir.connection.Roster;
import dev.weir.gateway.admin.AdminServer;
import dev.weir.gateway.cli.ExitStatus;
import dev.weir.gateway.cli.Program;
import dev.weir.gateway.config.Admin;
import dev.weir.gateway.config.GatewayConfig;
import dev.weir.gateway.config.HttpListener;
import dev.weir.gateway.config.Listener;
import dev.weir.gateway.config.Upstream;
import dev.weir.gateway.forward.RunningUpstream;
import dev.weir.gateway.forward.Upstreams;
import dev.weir.gateway.log.AccessLog;
import dev.weir.gateway.log.LogTarget;
import dev.weir.gateway.metrics.GatewayMetrics;
import dev.weir.gateway.metrics.LoopQuery;
import dev.weir.gateway.tcp.RelayCounter;
import dev.weir.gateway.tcp.TcpServer;
import dev.weir.http.server.ServerObserver;
import dev.weir.loop.CloseReport;
import dev.weir.loop.EventLoop;
import dev.weir.memory.MemoryPlan;
import dev.weir.runtime.Weir;
import dev.weir.time.Deadline;
import dev.weir.transport.TransportException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A running gateway: opens everything a configuration names in order, and closes it in reverse order.
///
/// **Owns:** its runtime, its upstreams, its access log, its listeners, its admin pages; gone when [#close]
/// returns, or named in its report.
/// **Threads:** thread-safe.
/// **Waits:** [#open] for name lookups and for its loops; [#close] until its deadline.
/// **Fails:** [#open] throws [CannotStartException] when something cannot be opened, and closes what it had opened.
public final class Gateway {
    private static final Duration UNDO_TIME = Duration.ofSeconds(5);
    private static final Duration ASK_TIME = Duration.ofSeconds(1);
    private static final int PEERS_MAX = 10;
    private static final long NOT_CLOSING = Long.MIN_VALUE;

    private final Weir weir;
    private final Listeners listeners;
    private @Nullable Upstreams upstreams;
    private @Nullable AccessLog log;
    private @Nullable AdminServer admin;
    private String adminAddress = "";
    private volatile boolean ready;
    private volatile long closingSinceNanos = NOT_CLOSING;

    /// The clients that were cut off.
    ///
    /// @param count how many
    /// @param peers the first of them
    record Cut(int count, List<String> peers) {
        Cut {
            peers = List.copyOf(peers);
        }
    }

    private Gateway(Weir weir, GatewayConfig config) {
        this.weir = weir;
        this.listeners = new Listeners(weir, config);
    }

    /// Opens what `config` describes: the runtime, the upstreams, the access log, the listeners, the admin pages.
    ///
    /// @param tell receives notices for the operator, one line each, from any thread, also after this has returned
    /// @return the gateway, owned by the caller
    /// @throws CannotStartException when something cannot be opened
    public static Gateway open(GatewayConfig config, Consumer<String> tell) {
        ConnectionTotal total = ConnectionTotal.here(config);
        var settings = Plan.of(total.config());
        if (config.memory().bytes().isEmpty()) {
            tell.accept("memory: " + (settings.memoryBytes() >> 20) + " MiB, the default on this machine");
        }
        if (total.isDefault() || total.isLowered()) tell.accept("connections: " + total.text());
        var debug = settings.memory().debug();
        if (!debug.isOff()) tell.accept("memory is debugged, which is slow: " + debug.describe());
        return over(Weir.open(settings), total.config(), tell);
    }

    /// The charges that a runtime needs for `config`.
    ///
    /// @param loops event loops of the runtime
    public static List<MemoryPlan.Line> charges(GatewayConfig config, int loops) {
        return Plan.charges(settled(config), loops);
    }

    private static GatewayConfig settled(GatewayConfig config) {
        return ConnectionTotal.of(config, Plan.budgetBytes(config)).config();
    }

    /// Opens what `config` describes in a runtime that is open already and whose plan contains its [#charges].
    /// The runtime may have any network and clock.
    ///
    /// @param weir owned by the gateway from now on: closed with it, or when this throws
    /// @param tell as for [#open]
    /// @return the gateway, owned by the caller
    /// @throws CannotStartException when something cannot be opened
    public static Gateway over(Weir weir, GatewayConfig config, Consumer<String> tell) {
        return over(weir, config, tell, Gateway::target);
    }

    /// Opens what `config` describes in a runtime that is open already. The access log is written to the target
    /// that `targets` makes of its setting.
    ///
    /// @param weir owned by the gateway from now on: closed with it, or when this throws
    /// @param tell as for [#open]
    /// @param targets called only when there is an access log
    /// @return the gateway, owned by the caller
    /// @throws CannotStartException when something cannot be opened
    public static Gateway over(
            Weir weir,
            GatewayConfig said,
            Consumer<String> tell,
            Function<dev.weir.gateway.config.AccessLogSetting, LogTarget> targets) {
        GatewayConfig config = settled(said);
        var gateway = new Gateway(weir, config);
        try {
            gateway.openAll(config, tell, targets);
            return gateway;
        } catch (RuntimeException | Error failure) {
            gateway.undo();
            throw failure;
        }
    }

    private void openAll(
            GatewayConfig config,
            Consumer<String> tell,
            Function<dev.weir.gateway.config.AccessLogSetting, LogTarget> targets) {
        Upstreams opened = Upstreams.open(
                weir,
                used(config),
                config.memory().starveAfter(),
                upstream -> Plan.fieldsBytes(config, upstream),
                tell);
        upstreams = opened;
        boolean logs = !(config.accessLog() instanceof dev.weir.gateway.config.AccessLogSetting.Off);
        AccessLog writing = logs ? AccessLog.open(weir, targets.apply(config.accessLog())) : null;
        log = writing;
        GatewayMetrics metrics = GatewayMetrics.of(weir, names(config), upstreamNames(config));
        if (writing != null) metrics.log(writing);
        metrics.closing(this::closingNanos);
        var foreign = PluginObservers.found();
        metrics.requestObservers(foreign::sound, foreign::failing);
        metrics.build(Program.release().orElse("built from source"));
        for (RunningUpstream target : opened.all()) {
            target.cache().setOriginListener(new OriginNotices(target.name(), tell));
        }
        var told = new AtomicBoolean();
        listeners.open(
                opened, listener -> observers(listener, metrics, foreign, writing, descriptorShortage(tell, told)));
        registerPools(metrics, opened, config);
        openAdmin(config, metrics);
        ready = true;
    }

    /// The upstreams that a listener names. Origins of others are not even looked up.
    private static List<Upstream> used(GatewayConfig config) {
        return config.upstreams().stream().filter(config::isUsed).toList();
    }

    private static List<String> names(GatewayConfig config) {
        return config.listeners().stream()
                .filter(HttpListener.class::isInstance)
                .map(listener -> listener.bind().toString())
                .distinct()
                .toList();
    }

    private static List<String> upstreamNames(GatewayConfig config) {
        return config.upstreams().stream().map(Upstream::name).toList();
    }

    private static ServerObserver observers(
            Listener listener,
            GatewayMetrics metrics,
            PluginObservers foreign,
            @Nullable AccessLog log,
            Consumer<String> acceptFailed) {
        var observers = new ArrayList<ServerObserver>();
        if (listener instanceof HttpListener) {
            observers.add(metrics.listener(listener.bind().toString()));
            if (!foreign.isEmpty()) observers.add(foreign);
        }
        // Why: last, because it recycles the record that the others still read.
        if (log != null) observers.add(log);
        return new Observers(observers, acceptFailed);
    }

    private static Consumer<String> descriptorShortage(Consumer<String> tell, AtomicBoolean told) {
        return why -> {
            // Why: all listeners run out of descriptors together, so one notice is enough.
            if (!told.compareAndSet(false, true)) return;
            tell.accept("accepting failed: " + why + "; accepting pauses and resumes by itself (logged once)");
        };
    }

    private void registerPools(GatewayMetrics metrics, Upstreams opened, GatewayConfig config) {
        for (RunningUpstream target : opened.all()) {
            metrics.pool(target.name(), target.cache());
            metrics.interim(target.name(), target::interimDropped);
        }
        for (Upstream upstream : used(config)) {
            metrics.poolLimits(
                    upstream.name(),
                    upstream.pool().connections(),
                    upstream.pool().waiting());
        }
        metrics.connectionsLimit(config.connections().orElseThrow());
        for (Listener listener : config.listeners()) {
            if (!(listener instanceof HttpListener)) continue;
            metrics.listenerLimit(listener.bind().toString(), listener.connectionsLimit());
        }
        for (TcpServer server : listeners.tcp()) {
            String listener = server.local().toString();
            metrics.listenerLimit(listener, server.settings().connectionsMax());
            metrics.relay(
                    listener,
                    () -> server.count(RelayCounter.ACCEPTED),
                    () -> server.count(RelayCounter.REFUSED),
                    () -> server.count(RelayCounter.BYTES_TO_ORIGIN),
                    () -> server.count(RelayCounter.BYTES_TO_CLIENT));
        }
    }

    private void openAdmin(GatewayConfig config, GatewayMetrics metrics) {
        if (!(config.admin() instanceof Admin.At(var bind, var hosts))) return;
        try {
            var sources = new AdminServer.Sources(weir, metrics, this::isReady, hosts);
            admin = AdminServer.open(Listeners.resolved("admin", bind), sources);
            adminAddress = bind.withPort(admin.local().port()).toString();
        } catch (TransportException refused) {
            throw Listeners.cannotListen("admin", bind, refused);
        }
    }

    private static LogTarget target(dev.weir.gateway.config.AccessLogSetting setting) {
        return switch (setting) {
            case dev.weir.gateway.config.AccessLogSetting.Off() ->
                throw new IllegalArgumentException("the access log is off");
            case dev.weir.gateway.config.AccessLogSetting.Stdout() -> LogTarget.stdout();
            case dev.weir.gateway.config.AccessLogSetting.ToFile(var path) -> {
                try {
                    yield LogTarget.file(path);
                } catch (IOException failure) {
                    throw new CannotStartException(
                            ExitStatus.FAILED, "access-log " + path + " cannot be written: " + failure.getMessage());
                }
            }
        };
    }

    private void undo() {
        List<CloseReport> _ = close(Deadline.in(weir.group().clock(), UNDO_TIME));
    }

    /// The addresses for the operator: `127.0.0.1:8080, admin 127.0.0.1:8081`.
    public String addresses() {
        var all = new ArrayList<>(listeners.addresses());
        if (admin != null) all.add("admin " + adminAddress);
        return String.join(", ", all);
    }

    /// The addresses of the listeners.
    List<String> listening() {
        return listeners.addresses();
    }

    /// The address of the admin pages; empty when there are none.
    String adminAddress() {
        return adminAddress;
    }

    /// The runtime.
    Weir weir() {
        return weir;
    }

    /// The number of connected clients.
    public int connections() {
        return listeners.connections();
    }

    /// The number of these that only linger after their last answer. They do not count against the limits of
    /// connections.
    public int lingering() {
        return listeners.lingering();
    }

    /// Whether readiness probes succeed.
    public boolean isReady() {
        return ready;
    }

    /// Lets readiness probes fail from now on. Connections are still accepted.
    public void failReadiness() {
        ready = false;
        if (closingSinceNanos == NOT_CLOSING) {
            closingSinceNanos = weir.group().clock().nanoTime();
        }
    }

    /// Nanoseconds since the close began; 0 while the gateway runs.
    private long closingNanos() {
        long since = closingSinceNanos;
        return since == NOT_CLOSING ? 0 : weir.group().clock().nanoTime() - since;
    }

    /// Stops accepting and closes each connection after its request in flight. [#connections] is 0 when that is
    /// done.
    public void drain() {
        failReadiness();
        listeners.drain();
    }

    /// Resets every client connection; returns when the resets are under way.
    ///
    /// @return the clients that were cut
    Cut abort() {
        var peers = new ArrayList<String>();
        try {
            List<List<String>> answers = LoopQuery.ask(weir, ASK_TIME, Gateway::clientsOf);
            answers.forEach(peers::addAll);
            int stuck = weir.group().loops().size() - answers.size();
            // Why: the others are cut nevertheless; the close report names what a stuck loop still has.
            if (stuck > 0) peers.add("the clients of " + stuck + " loops that do not respond");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        listeners.abort();
        return new Cut(peers.size(), peers.stream().limit(PEERS_MAX).toList());
    }

    /// Notifies `owner` when a loop of the gateway or of its admin pages fails. Without an owner the runtime
    /// closes.
    void onLoopFailure(EventLoop.FailureListener owner) {
        weir.group().onLoopFailure(owner);
        if (admin != null) admin.onLoopFailure(owner);
    }

    private static List<String> clientsOf(Roster roster) {
        var peers = new ArrayList<String>();
        roster.forEach(one -> {
            if (one.role().side() == ConnectionRole.Side.DOWNSTREAM) peers.add(peer(one));
        });
        return peers;
    }

    private static String peer(Connection connection) {
        return connection.peer().toString();
    }

    /// Closes the access log's file, which may have been renamed, and opens a new one of the configured name.
    public void reopenLog() {
        if (log != null) log.reopen();
    }

    /// Lines of the access log that were not written; zero without a log.
    public long logLinesDropped() {
        return log == null ? 0 : log.linesDropped();
    }

    /// Closes everything in reverse order: the admin pages, the listeners with their remaining clients, the
    /// connections to origins, the access log after its last lines, the runtime.
    ///
    /// @return the report of the gateway, then that of the admin pages
    public List<CloseReport> close(Deadline deadline) {
        return close(deadline, deadline);
    }

    /// The same with less time for the access log: lines that its disk or reader does not take until then are
    /// dropped.
    ///
    /// @param logDeadline not after `deadline`
    List<CloseReport> close(Deadline deadline, Deadline logDeadline) {
        ready = false;
        var reports = new ArrayList<CloseReport>();
        if (admin != null) reports.add(admin.close(deadline));
        listeners.abort();
        if (upstreams != null) upstreams.close();
        if (log != null) log.close(logDeadline);
        reports.addFirst(weir.close(deadline));
        return List.copyOf(reports);
    }
}
