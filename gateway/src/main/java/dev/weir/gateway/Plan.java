package dev.weir.gateway;

import dev.weir.gateway.admin.AdminServer;
import dev.weir.gateway.cli.ExitStatus;
import dev.weir.gateway.config.Admin;
import dev.weir.gateway.config.GatewayConfig;
import dev.weir.gateway.config.HttpListener;
import dev.weir.gateway.config.Listener;
import dev.weir.gateway.config.MemoryDefault;
import dev.weir.gateway.config.TcpListener;
import dev.weir.gateway.config.Upstream;
import dev.weir.gateway.tcp.TcpSettings;
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
    /// @throws CannotStartException when the budget is too small for the limits
    static WeirSettings of(GatewayConfig config) {
        var settings = new WeirSettings(
                "weir",
                Runtime.getRuntime().availableProcessors(),
                config.memoryBytes().orElseGet(MemoryDefault::here),
                charges(config),
                MemoryPlan.Settings.DEFAULT);
        try {
            Weir.plan(settings);
            return settings;
        } catch (IllegalArgumentException tooSmall) {
            throw new CannotStartException(ExitStatus.REFUSED, "memory: " + tooSmall.getMessage());
        }
    }

    private static List<MemoryPlan.Line> charges(GatewayConfig config) {
        var charges = new ArrayList<MemoryPlan.Line>();
        for (int i = 0; i < config.listeners().size(); i++) {
            Listener listener = config.listeners().get(i);
            long each = switch (listener) {
                case HttpListener _ -> WeirSettings.CONNECTION_BYTES;
                case TcpListener _ -> WeirSettings.CONNECTION_BYTES + TcpSettings.RELAY_BYTES;
            };
            // Why: two listeners may have the same address with port 0, and a plan names each line once.
            charges.add(new MemoryPlan.Line(
                    "connections at listener " + (i + 1) + ", " + listener.bind(), listener.connectionsLimit(), each));
        }
        for (Upstream upstream : config.upstreams()) {
            charges.add(new MemoryPlan.Line(
                    "connections to " + upstream.name(),
                    (long) upstream.origins().size() * upstream.pool().connections(),
                    WeirSettings.CONNECTION_BYTES));
        }
        if (config.admin() instanceof Admin.At) {
            charges.add(new MemoryPlan.Line("admin share", 1, AdminServer.SHARE_BYTES));
        }
        return charges;
    }
}
