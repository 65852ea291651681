package dev.weir.gateway;

import dev.weir.connection.ChargeRequest;
import dev.weir.gateway.cli.Warnings;
import dev.weir.gateway.config.GatewayConfig;
import dev.weir.gateway.config.HttpListener;
import dev.weir.gateway.config.Listener;
import dev.weir.http.server.ServerSettings;
import dev.weir.server.Listening;
import java.util.ArrayList;
import java.util.List;

/// How many connections the listeners of a configuration have together.
///
/// The file says it; else it is what half of the budget carries at the charge of the dearest listener, at most
/// [#DEFAULT_MAX], or the largest number that one of them names. It is never more than the listeners' own
/// limits allow. Where the process has too few file descriptors it is lowered, so that connections to origins
/// keep theirs.
///
/// **Threads:** immutable.
///
/// @param config the same configuration with that number, and no listener with more of its own
/// @param total clients at once
/// @param wanted what it would be with enough descriptors
/// @param isDefault whether the file does not say it
/// @param descriptorsMax what this process may have
/// @param otherDescriptors what of these the origins and the program itself keep
record ConnectionTotal(
        GatewayConfig config, int total, int wanted, boolean isDefault, long descriptorsMax, long otherDescriptors) {
    /// The most connections unless the file says otherwise.
    static final int DEFAULT_MAX = 8000;

    /// That of `config` in this process.
    static ConnectionTotal here(GatewayConfig config) {
        return of(config, Plan.budgetBytes(config), Warnings.Machine.here().descriptorsMax());
    }

    /// That of `config`, where descriptors are plenty.
    ///
    /// @param budgetBytes all memory
    static ConnectionTotal of(GatewayConfig config, long budgetBytes) {
        return of(config, budgetBytes, Long.MAX_VALUE);
    }

    /// That of `config`.
    ///
    /// @param budgetBytes all memory
    /// @param descriptorsMax open files and sockets of this process
    static ConnectionTotal of(GatewayConfig config, long budgetBytes, long descriptorsMax) {
        int loops = Runtime.getRuntime().availableProcessors();
        long limit = config.connections().orElseGet(() -> Math.max(carried(config, budgetBytes, loops), named(config)));
        int wanted = (int) Math.min(limit, allowed(config));
        long others = Warnings.otherDescriptors(config);
        int total = within(config, wanted, descriptorsMax - others, loops);
        return new ConnectionTotal(
                config.withConnections(total),
                total,
                wanted,
                config.connections().isEmpty() && limit < allowed(config),
                descriptorsMax,
                others);
    }

    private static int carried(GatewayConfig config, long budgetBytes, int loops) {
        long dearest = Plan.requests(config, loops).stream()
                .mapToLong(ChargeRequest::eachBytes)
                .max()
                .orElse(ChargeRequest.CONNECTION_BYTES);
        return Math.clamp(budgetBytes / 2 / dearest, 1, DEFAULT_MAX);
    }

    /// The largest number that a listener names; 0 when none does.
    private static int named(GatewayConfig config) {
        return config.listeners().stream()
                .mapToInt(Listener::connectionsLimit)
                .filter(own -> own != Listener.NO_LIMIT)
                .max()
                .orElse(0);
    }

    /// What the listeners' own limits allow.
    private static long allowed(GatewayConfig config) {
        return config.listeners().stream().mapToLong(Listener::connectionsLimit).sum();
    }

    /// Whether the listeners of a configuration, with its total, may want more than that.
    static boolean isShared(GatewayConfig settled) {
        return allowed(settled) > settled.connections().orElseThrow();
    }

    /// The largest number up to `wanted` for which so many descriptors suffice, and at least one.
    private static int within(GatewayConfig config, int wanted, long descriptors, int loops) {
        int least = 1;
        int most = wanted;
        while (least < most) {
            int middle = least + (most - least + 1) / 2;
            if (descriptors(config, middle, loops) <= descriptors) least = middle;
            else most = middle - 1;
        }
        return least;
    }

    /// What so many clients take, with those that linger and those that are refused.
    private static long descriptors(GatewayConfig config, int total, int loops) {
        long needed = total;
        for (Listener listener : config.listeners()) {
            if (!(listener instanceof HttpListener http)) continue; // Why: in TCP mode nobody lingers.
            needed += ServerSettings.lingeringMax(Math.min(http.connectionsLimit(), total), loops);
            if (http.beyond() == Listener.Beyond.REFUSE) needed += Listening.REFUSALS_CHARGED;
        }
        return needed;
    }

    /// Whether there are fewer than there should be, for lack of descriptors.
    boolean isLowered() {
        return total < wanted;
    }

    /// The number and where it comes from, for people.
    String text() {
        String text = total + " clients of all listeners together";
        if (isDefault) text += " (the default)";
        if (!isLowered()) return text;
        return text + ", not " + wanted + ": this process may have " + descriptorsMax
                + " file descriptors (ulimit -n), and origins and the program itself keep " + otherDescriptors;
    }

    /// One sentence for each listener of `said` that names more than there are for all.
    List<String> warnings(GatewayConfig said) {
        var warnings = new ArrayList<String>();
        for (int i = 0; i < said.listeners().size(); i++) {
            int own = said.listeners().get(i).connectionsLimit();
            if (own == Listener.NO_LIMIT || own <= total) continue;
            warnings.add("listeners[" + i + "].limits.connections is " + own + ", and all listeners together have "
                    + total + ": raise limits.connections at the top, or lower this one");
        }
        return warnings;
    }
}
