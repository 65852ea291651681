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

/// A gateway that runs: everything a configuration names, opened in order and closed in the opposite one.
///
/// **Owns:** its runtime, its upstreams, its access log, its listeners, its admin pages; gone when [#close]
/// returns, or named in its report.
/// **Threads:** thread-safe.
/// **Waits:** [#open] for names to be looked up and for its loops; [#close] until its deadline.
/// **Fails:** what cannot be opened makes [#open] throw [CannotStartException], with everything closed again.
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
    /// @param tell takes what a person should know meanwhile and later, one line each, from any thread
    /// @return the gateway, owned by the caller
    /// @throws CannotStartException when something cannot be had
    public static Gateway open(GatewayConfig config, Consumer<String> tell) {
        var settings = Plan.of(config);
        if (config.memory().bytes().isEmpty()) {
            tell.accept("memory: " + (settings.memoryBytes() >> 20) + " MiB, the default on this machine");
        }
        var debug = settings.memory().debug();
        if (!debug.isOff()) tell.accept("memory is debugged, which is slow: " + debug.describe());
        return over(Weir.open(settings), config, tell);
    }

    /// What a runtime has to charge for what `config` describes.
    ///
    /// @param loops event loops of the runtime
    public static List<MemoryPlan.Line> charges(GatewayConfig config, int loops) {
        return Plan.charges(config, loops);
    }

    /// Opens what `config` describes in a runtime that is open already, over whatever network and clock, and that
    /// has its [#charges].
    ///
    /// @param weir owned by the gateway from now on: closed with it, or when this throws
    /// @param tell as for [#open]
    /// @return the gateway, owned by the caller
    /// @throws CannotStartException when something cannot be had
    public static Gateway over(Weir weir, GatewayConfig config, Consumer<String> tell) {
        return over(weir, config, tell, Gateway::target);
    }

    /// Opens what `config` describes in a runtime that is open already, its access log written to what `targets`
    /// makes of its setting.
    ///
    /// @param weir owned by the gateway from now on: closed with it, or when this throws
    /// @param tell as for [#open]
    /// @param targets asked only when there is an access log
    /// @return the gateway, owned by the caller
    /// @throws CannotStartException when something cannot be had
    public static Gateway over(
            Weir weir,
            GatewayConfig config,
            Consumer<String> tell,
            Function<dev.weir.gateway.config.AccessLogSetting, LogTarget> targets) {
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

    /// Only upstreams that a listener names: the origins of others are not even looked up.
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
        // Why: last, because it recycles what the others still look at.
        if (log != null) observers.add(log);
        return new Observers(observers, acceptFailed);
    }

    private static Consumer<String> descriptorShortage(Consumer<String> tell, AtomicBoolean told) {
        return why -> {
            // Why: a lack of descriptors is one fact, however many listeners meet it however often.
            if (!told.compareAndSet(false, true)) return;
            tell.accept("accepting failed: " + why + "; it pauses and goes on by itself (this is said once)");
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
                throw new IllegalArgumentException("no access log is asked for");
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

    /// Where it can be reached, as an operator reads it: `127.0.0.1:8080, admin 127.0.0.1:8081`.
    public String addresses() {
        var all = new ArrayList<>(listeners.addresses());
        if (admin != null) all.add("admin " + adminAddress);
        return String.join(", ", all);
    }

    /// Where its listeners are.
    List<String> listening() {
        return listeners.addresses();
    }

    /// Where its admin pages are; empty when there are none.
    String adminAddress() {
        return adminAddress;
    }

    /// The runtime.
    Weir weir() {
        return weir;
    }

    /// Clients it has now.
    public int connections() {
        return listeners.connections();
    }

    /// Of these, clients that only linger after their last answer; they do not count against the limits of
    /// connections.
    public int lingering() {
        return listeners.lingering();
    }

    /// Whether it wants new requests.
    public boolean isReady() {
        return ready;
    }

    /// Says that it wants no new requests; it accepts them all the same.
    public void failReadiness() {
        ready = false;
        if (closingSinceNanos == NOT_CLOSING) {
            closingSinceNanos = weir.group().clock().nanoTime();
        }
    }

    /// How long it has been ending; 0 while it runs.
    private long closingNanos() {
        long since = closingSinceNanos;
        return since == NOT_CLOSING ? 0 : weir.group().clock().nanoTime() - since;
    }

    /// Accepts no more and ends each connection after what it is doing. [#connections] tells when that is done.
    public void drain() {
        failReadiness();
        listeners.drain();
    }

    /// Resets every client there is; returns when that is under way.
    ///
    /// @return who was cut
    Cut abort() {
        var peers = new ArrayList<String>();
        try {
            List<List<String>> answers = LoopQuery.ask(weir, ASK_TIME, Gateway::clientsOf);
            answers.forEach(peers::addAll);
            int stuck = weir.group().loops().size() - answers.size();
            // Why: the others are cut all the same; the closing report names what a stuck loop still has.
            if (stuck > 0) peers.add("the clients of " + stuck + " loops that do not answer");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        listeners.abort();
        return new Cut(peers.size(), peers.stream().limit(PEERS_MAX).toList());
    }

    /// Lets `owner` act when a loop of the gateway or of its admin pages cannot go on; without an owner its
    /// runtime closes.
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

    /// Lets go of the access log's file, which somebody renamed, and begins a new one.
    public void reopenLog() {
        if (log != null) log.reopen();
    }

    /// Lines of the access log that were not written; zero without a log.
    public long logLinesDropped() {
        return log == null ? 0 : log.linesDropped();
    }

    /// Closes everything, in the opposite order: the admin pages, the listeners with whoever is left, the
    /// connections to origins, the access log with its last lines, the runtime.
    ///
    /// @return what survived of the gateway, then of the admin pages
    public List<CloseReport> close(Deadline deadline) {
        return close(deadline, deadline);
    }

    /// The same, where the access log has less time: what its disk or reader does not take until then is dropped.
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
