package dev.weir.gateway;

import dev.weir.gateway.admin.AdminServer;
import dev.weir.gateway.cli.ExitStatus;
import dev.weir.gateway.config.AccessLog.Off;
import dev.weir.gateway.config.Admin;
import dev.weir.gateway.config.Debugging;
import dev.weir.gateway.config.GatewayConfig;
import dev.weir.gateway.config.HttpListener;
import dev.weir.gateway.config.Listener;
import dev.weir.gateway.config.Memory;
import dev.weir.gateway.config.MemoryDefault;
import dev.weir.gateway.config.TcpListener;
import dev.weir.gateway.config.Upstream;
import dev.weir.gateway.forward.Forwarder;
import dev.weir.gateway.log.AccessLog;
import dev.weir.gateway.log.RequestRecord;
import dev.weir.gateway.tcp.TcpSettings;
import dev.weir.http.codec.HeadLimits;
import dev.weir.http.server.Door;
import dev.weir.http.server.ServerSettings;
import dev.weir.memory.FairBy;
import dev.weir.memory.MemoryDebug;
import dev.weir.memory.MemoryPlan;
import dev.weir.server.Weir;
import dev.weir.server.WeirSettings;
import java.util.ArrayList;
import java.util.List;

/// How much memory the gateway of a configuration has, and what it is charged with.
///
/// **Threads:** immutable.
final class Plan {
    private Plan() {}

    /// The settings of the runtime.
    ///
    /// @throws CannotStartException when the budget or the heap is too small for the limits
    static WeirSettings of(GatewayConfig config) {
        int loops = Runtime.getRuntime().availableProcessors();
        Memory memory = config.memory();
        var settings = WeirSettings.of("weir", memory.bytes().orElseGet(MemoryDefault::here))
                .withLoops(loops)
                .withCharges(charges(config, loops))
                .withFairBy(fairBy(memory.fairBy()))
                .withDebug(debug(memory.debugging()))
                .withStarveAfter(memory.starveAfter());
        try {
            Weir.plan(settings);
        } catch (IllegalArgumentException tooSmall) {
            throw new CannotStartException(ExitStatus.REFUSED, "memory: " + tooSmall.getMessage());
        }
        HeapNeed.complaint(settings, Runtime.getRuntime().maxMemory()).ifPresent(tooSmall -> {
            throw new CannotStartException(ExitStatus.REFUSED, "memory: " + tooSmall);
        });
        return settings;
    }

    /// The sum, as a person can check it, and where the rest is that has no line of its own.
    ///
    /// @throws CannotStartException when the budget is too small for the limits
    static String describe(GatewayConfig config) {
        WeirSettings settings = of(config);
        MemoryPlan plan = Weir.plan(settings);
        var text = new StringBuilder(plan.describe());
        text.append("In the slabs: what is read and written, requests kept to be sent again, output a peer does not");
        text.append(" take");
        if (config.accessLog() instanceof Off) text.append(".\n");
        else {
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

    private static List<MemoryPlan.Line> charges(GatewayConfig config, int loops) {
        var charges = new ArrayList<MemoryPlan.Line>();
        for (int i = 0; i < config.listeners().size(); i++) {
            Listener listener = config.listeners().get(i);
            // Why: two listeners may have the same address with port 0, and a plan names each line once.
            String place = " at listener " + (i + 1) + ", " + listener.bind();
            charges.add(new MemoryPlan.Line(
                    "connections" + place, listener.connectionsLimit(), WeirSettings.CONNECTION_BYTES));
            if (listener instanceof HttpListener http && http.beyond() == Listener.Beyond.REFUSE) {
                charges.add(
                        new MemoryPlan.Line("refusals" + place, Door.REFUSALS_CHARGED, WeirSettings.CONNECTION_BYTES));
            }
            charges.add(
                    switch (listener) {
                        case HttpListener http -> exchanges(http, "exchanges" + place);
                        case TcpListener tcp -> relays(config, tcp, "relays" + place);
                    });
            if (listener instanceof HttpListener http) charges.add(lingering(http, "lingering" + place, loops));
        }
        for (Upstream upstream : config.upstreams()) chargeUpstream(charges, config, upstream);
        if (config.admin() instanceof Admin.At) {
            charges.add(new MemoryPlan.Line("admin share", 1, AdminServer.SHARE_BYTES));
            charges.add(AdminServer.questions(loops));
        }
        return charges;
    }

    /// Connections beyond the limit that have sent their last answer.
    private static MemoryPlan.Line lingering(HttpListener http, String purpose, int loops) {
        int places = ServerSettings.lingeringMax(http.connectionsLimit(), loops);
        return new MemoryPlan.Line(purpose, places, WeirSettings.CONNECTION_BYTES);
    }

    /// One for each connection, with what the log and the metrics are told of it.
    private static MemoryPlan.Line exchanges(HttpListener http, String purpose) {
        long each = ServerSettings.EXCHANGE_BYTES
                + RequestRecord.BYTES
                + limits(http).fieldsBytes();
        return new MemoryPlan.Line(purpose, http.connectionsLimit(), each);
    }

    /// A client for whom there is neither a connection nor a place in the queue is reset at once.
    private static MemoryPlan.Line relays(GatewayConfig config, TcpListener tcp, String purpose) {
        long served = config.upstreams().stream()
                .filter(upstream -> upstream.name().equals(tcp.upstream()))
                .mapToLong(upstream -> connections(upstream) + upstream.pool().waiting())
                .findFirst()
                .orElse(tcp.connectionsLimit());
        return new MemoryPlan.Line(purpose, Math.min(served, tcp.connectionsLimit()), TcpSettings.RELAY_BYTES);
    }

    /// An upstream has one pool, whoever borrows from it.
    private static void chargeUpstream(List<MemoryPlan.Line> charges, GatewayConfig config, Upstream upstream) {
        List<HttpListener> routing = config.listeners().stream()
                .filter(HttpListener.class::isInstance)
                .map(HttpListener.class::cast)
                .filter(http -> http.routes().stream()
                        .anyMatch(route -> route.upstream().equals(upstream.name())))
                .toList();
        if (!config.isUsed(upstream)) return;
        charges.add(new MemoryPlan.Line(
                "connections to " + upstream.name(), connections(upstream), WeirSettings.CONNECTION_BYTES));
        if (routing.isEmpty()) return;
        long fields = routing.stream()
                .mapToLong(http -> limits(http).fieldsBytes())
                .max()
                .orElse(0);
        charges.add(new MemoryPlan.Line(
                "forwards to " + upstream.name(),
                connections(upstream) + upstream.pool().waiting(),
                Forwarder.EXCHANGE_BYTES + fields));
    }

    private static long connections(Upstream upstream) {
        return (long) upstream.origins().size() * upstream.pool().connections();
    }

    private static HeadLimits limits(HttpListener http) {
        return new HeadLimits(http.limits().headerBytes(), http.limits().headerFields());
    }
}
