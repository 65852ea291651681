package dev.weir.gateway;

import dev.weir.connection.ChargeRequest;
import dev.weir.gateway.admin.AdminServer;
import dev.weir.gateway.config.AccessLogSetting.Off;
import dev.weir.gateway.config.Admin;
import dev.weir.gateway.config.Debugging;
import dev.weir.gateway.config.GatewayConfig;
import dev.weir.gateway.config.HttpListener;
import dev.weir.gateway.config.Listener;
import dev.weir.gateway.config.Memory;
import dev.weir.gateway.config.MemoryDefault;
import dev.weir.gateway.config.TcpListener;
import dev.weir.gateway.config.Upstream;
import dev.weir.gateway.forward.Upstreams;
import dev.weir.gateway.log.AccessLog;
import dev.weir.gateway.request.RequestRecord;
import dev.weir.http.codec.HeadLimits;
import dev.weir.http.flow.HeadBlocks;
import dev.weir.memory.MemoryPlan;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.MemoryDebug;
import dev.weir.memory.wait.FairBy;
import dev.weir.runtime.LargeHeads;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;
import dev.weir.transport.Endpoint;
import java.util.ArrayList;
import java.util.List;

/// The memory plan of a configuration: the budget and the charges.
///
/// **Threads:** immutable.
final class Plan {
    // Why: adding up charges opens nothing and looks no name up.
    private static final Endpoint NOWHERE = Endpoint.of("nowhere", 0);

    private static final int LARGE_HEADS_MIN = 2;
    private static final int LARGE_HEADS_MAX = 256;

    private Plan() {}

    /// The settings of the runtime.
    ///
    /// @throws CannotStartException when the budget or the heap is too small for the limits
    static WeirSettings of(GatewayConfig config) {
        long budgetBytes = budgetBytes(config);
        if (!fits(config, budgetBytes)) throw BudgetAdvice.complaint(config, budgetBytes);
        WeirSettings settings = settings(config, budgetBytes);
        HeapCheck.complaint(settings, Runtime.getRuntime().maxMemory()).ifPresent(tooSmall -> {
            throw new BudgetTooSmallException(tooSmall, "");
        });
        return settings;
    }

    /// The budget that a configuration names, or that of this machine.
    static long budgetBytes(GatewayConfig config) {
        return config.memory().bytes().orElseGet(MemoryDefault::here);
    }

    /// Whether a budget suffices for the limits.
    static boolean fits(GatewayConfig config, long budgetBytes) {
        try {
            return Weir.plan(settings(config, budgetBytes)).budgetBytes() == budgetBytes;
        } catch (IllegalArgumentException tooSmall) {
            return false;
        }
    }

    private static WeirSettings settings(GatewayConfig said, long budgetBytes) {
        GatewayConfig config = ConnectionTotal.of(said, budgetBytes).config();
        int loops = Runtime.getRuntime().availableProcessors();
        Memory memory = config.memory();
        return WeirSettings.of("weir", budgetBytes)
                .withLoops(loops)
                .withCharges(charges(config, loops))
                .withFairBy(fairBy(memory.fairBy()))
                .withDebug(debug(memory.debugging()))
                .withLargeHeads(largeHeads(config, budgetBytes))
                .withStarveAfter(memory.starveAfter());
    }

    /// A sixty-fourth of the budget for each side, if some listener allows heads that do not fit into a normal
    /// block.
    private static LargeHeads largeHeads(GatewayConfig config, long budgetBytes) {
        boolean wanted = config.listeners().stream()
                .anyMatch(one ->
                        one instanceof HttpListener http && http.limits().headerBytes() > HeadBlocks.HEAD_BYTES_MAX);
        if (!wanted) return LargeHeads.NONE;
        int each = Math.clamp(budgetBytes / 64 / BlockSize.LARGE.bytes(), LARGE_HEADS_MIN, LARGE_HEADS_MAX);
        return new LargeHeads(each, each);
    }

    /// The sum as text that a person can check, and a note on what has no line of its own.
    ///
    /// @throws CannotStartException when the budget is too small for the limits
    static String describe(GatewayConfig config) {
        WeirSettings settings = of(config);
        MemoryPlan plan = Weir.plan(settings);
        var text = new StringBuilder(plan.describe());
        text.append("In the slabs: what is read and written, requests kept for a retry, output a peer does not");
        text.append(" take");
        if (config.accessLog() instanceof Off) {
            text.append(".\n");
        } else {
            text.append(", and at most ")
                    .append(AccessLog.blocksMax(plan, settings.loops()))
                    .append(" blocks of access-log lines.\n");
        }
        text.append("Places in queues, for memory and for connections, are parts of exchanges, forwards, relays.\n");
        return text.toString();
    }

    private static FairBy fairBy(Memory.FairBy said) {
        return switch (said) {
            case ARRIVAL -> FairBy.ARRIVAL;
            case ADDRESS -> FairBy.ADDRESS;
        };
    }

    private static MemoryDebug debug(Debugging said) {
        return new MemoryDebug(said.poison(), said.places(), said.coldFirst(), said.refusedPerMille(), said.seed());
    }

    /// What each part will take when it is opened, in the order in which it is told.
    ///
    /// @param config as [ConnectionTotal#config]
    static List<MemoryPlan.Line> charges(GatewayConfig config, int loops) {
        var charges = new ArrayList<MemoryPlan.Line>();
        List<ChargeRequest> listeners = requests(config, loops);
        if (ConnectionTotal.isShared(config)) {
            ChargeRequest shared = shared(config, loops);
            charges.addAll(shared.lines());
            for (ChargeRequest request : listeners) {
                charges.addAll(request.beside(shared).lines());
            }
        } else {
            for (ChargeRequest request : listeners) charges.addAll(request.lines());
        }
        for (Upstream upstream : config.upstreams()) {
            if (!config.isUsed(upstream)) continue;
            charges.addAll(
                    Upstreams.charges(upstream, fieldsBytes(config, upstream)).lines());
        }
        if (config.admin() instanceof Admin.At) {
            charges.addAll(AdminServer.charges(loops).lines());
        }
        return charges;
    }

    /// What the connections that listeners share take.
    ///
    /// @param config as [ConnectionTotal#config]
    static ChargeRequest shared(GatewayConfig config, int loops) {
        int total = config.connections().orElseThrow();
        return ChargeRequest.together("the listeners together", " of all listeners", total, requests(config, loops));
    }

    /// What each listener would take alone.
    static List<ChargeRequest> requests(GatewayConfig config, int loops) {
        var requests = new ArrayList<ChargeRequest>();
        for (int i = 0; i < config.listeners().size(); i++) {
            Listener listener = config.listeners().get(i);
            String suffix = Listeners.suffix(i, listener);
            requests.add(
                    switch (listener) {
                        case HttpListener http ->
                            Listeners.http(config, suffix, http, NOWHERE).charges(loops, RequestRecord.BYTES);
                        case TcpListener tcp ->
                            Listeners.tcp(suffix, tcp, NOWHERE).charges(borrowersMax(config, tcp));
                    });
        }
        return requests;
    }

    private static long borrowersMax(GatewayConfig config, TcpListener tcp) {
        return config.upstreams().stream()
                .filter(upstream -> upstream.name().equals(tcp.upstream()))
                .mapToLong(
                        upstream -> (long) upstream.places() * upstream.pool().connections()
                                + upstream.pool().waiting())
                .findFirst()
                .orElse(tcp.connectionsLimit());
    }

    /// The most bytes that the fields of a head may take at the listeners that route to `upstream`;
    /// [Upstreams#NO_FORWARDS] when none does.
    static long fieldsBytes(GatewayConfig config, Upstream upstream) {
        return config.listeners().stream()
                .filter(HttpListener.class::isInstance)
                .map(HttpListener.class::cast)
                .filter(http -> http.routes().stream()
                        .anyMatch(route -> route.upstream().equals(upstream.name())))
                .mapToLong(http -> new HeadLimits(
                                http.limits().headerBytes(), http.limits().headerFields())
                        .fieldsBytes())
                .max()
                .orElse(Upstreams.NO_FORWARDS);
    }
}
