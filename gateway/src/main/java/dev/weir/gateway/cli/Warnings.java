package dev.weir.gateway.cli;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.weir.gateway.config.AccessLogSetting;
import dev.weir.gateway.config.Admin;
import dev.weir.gateway.config.GatewayConfig;
import dev.weir.gateway.config.HttpListener;
import dev.weir.gateway.config.Listener;
import dev.weir.gateway.config.MemoryDefault;
import dev.weir.gateway.config.Route;
import dev.weir.gateway.config.Upstream;
import dev.weir.transport.Endpoint;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Warnings about a valid configuration: settings that are probably a mistake or exceed a limit of this machine.
///
/// **Threads:** immutable.
/// **Waits:** for the disk.
public final class Warnings {
    /// Descriptors of the program beside connections: its jars, the log, each loop's selector, the listeners.
    private static final int OWN_DESCRIPTORS = 128;

    private static final List<String> ANY_HOST = List.of("0.0.0.0", "::");
    private static final List<String> THIS_HOST = List.of("127.0.0.1", "::1", "localhost", "localhost.");

    private final Machine machine;
    private final List<String> told = new ArrayList<>();

    /// The limits of a machine.
    ///
    /// @param memoryBytes of the container or the machine
    /// @param descriptorsMax open files and sockets of one process; `Long.MAX_VALUE` when unknown
    public record Machine(long memoryBytes, long descriptorsMax) {
        /// This machine as this process sees it. The JVM has raised its soft limit of descriptors to the hard one.
        public static Machine here() {
            var system = ManagementFactory.getOperatingSystemMXBean();
            long descriptors = system instanceof UnixOperatingSystemMXBean unix
                    ? unix.getMaxFileDescriptorCount()
                    : Long.MAX_VALUE;
            return new Machine(MemoryDefault.machineBytes(), descriptors);
        }
    }

    private Warnings(Machine machine) {
        this.machine = machine;
    }

    /// One sentence for each, in the order of the file.
    ///
    /// @param config with the number of connections that all listeners have together
    public static List<String> of(GatewayConfig config, Machine machine) {
        var warnings = new Warnings(machine);
        warnings.memory(config);
        warnings.descriptors(config);
        warnings.log(config.accessLog());
        warnings.stop(config);
        for (int i = 0; i < config.listeners().size(); i++) {
            if (config.listeners().get(i) instanceof HttpListener http) warnings.routes(i, http.routes());
        }
        for (Upstream upstream : config.upstreams()) warnings.origins(config, upstream);
        return List.copyOf(warnings.told);
    }

    private void memory(GatewayConfig config) {
        long bytes = config.memory().bytes().orElse(0);
        if (bytes <= machine.memoryBytes()) return;
        told.add("memory: the budget of " + bytes + " bytes is larger than this machine's memory of "
                + machine.memoryBytes());
    }

    private void descriptors(GatewayConfig config) {
        long allowed = 0;
        for (Listener listener : config.listeners()) allowed += listener.connectionsLimit();
        long needed = otherDescriptors(config)
                + Math.min(allowed, config.connections().orElse(Integer.MAX_VALUE));
        if (needed <= machine.descriptorsMax()) return;
        told.add("limits: all connections together need " + needed + " descriptors, and this process may have "
                + machine.descriptorsMax()
                + " (ulimit -n): beyond that no client is accepted and no origin connected to");
    }

    /// What of a process's descriptors connections to origins and the program itself may take.
    public static long otherDescriptors(GatewayConfig config) {
        long others = OWN_DESCRIPTORS;
        for (Upstream upstream : config.upstreams()) {
            if (config.isUsed(upstream)) {
                others += (long) upstream.places() * upstream.pool().connections();
            }
        }
        return others;
    }

    private void log(AccessLogSetting log) {
        if (!(log instanceof AccessLogSetting.ToFile(Path path))) return;
        Path absolute = path.toAbsolutePath();
        Path folder = absolute.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            told.add("access-log: the folder of " + path + " does not exist");
        } else if (Files.exists(absolute) ? !Files.isWritable(absolute) : !Files.isWritable(folder)) {
            told.add("access-log: " + path + " cannot be written: " + whyNot(absolute));
        }
    }

    /// Tries to create a file, because only the system can tell a read-only disk from a missing permission.
    private static String whyNot(Path file) {
        try {
            if (Files.exists(file)) {
                Files.newOutputStream(file, StandardOpenOption.APPEND).close();
            } else {
                Files.delete(Files.createTempFile(file.getParent(), ".weir-check", ""));
            }
            return "the system does not say why";
        } catch (AccessDeniedException denied) {
            return "permission denied";
        } catch (FileSystemException refused) {
            return String.valueOf(refused.getReason());
        } catch (IOException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    private void stop(GatewayConfig config) {
        var stop = config.stop();
        if (stop.idle().compareTo(stop.drain()) <= 0) return;
        told.add("stop: idle is longer than drain, which ends everything: idle connections get "
                + stop.drain().toMillis() + " ms, not " + stop.idle().toMillis());
    }

    private void routes(int listener, List<Route> routes) {
        for (int later = 1; later < routes.size(); later++) {
            for (int first = 0; first < later; first++) {
                if (!routes.get(first).takesAllOf(routes.get(later))) continue;
                told.add("listeners[" + listener + "].routes[" + later + "]: never used, because routes[" + first
                        + "] before it takes everything that it would");
                break;
            }
        }
    }

    private void origins(GatewayConfig config, Upstream upstream) {
        for (int origin = 0; origin < upstream.origins().size(); origin++) {
            Endpoint address = upstream.origins().get(origin);
            for (int i = 0; i < config.listeners().size(); i++) {
                if (!isAt(config.listeners().get(i).bind(), address)) continue;
                told.add("upstreams." + upstream.name() + ".origins[" + origin + "]: " + address
                        + " is this gateway's own listeners[" + i + "]: requests would go round in circles");
            }
            if (config.admin() instanceof Admin.At at && isAt(at.bind(), address)) {
                told.add("upstreams." + upstream.name() + ".origins[" + origin + "]: " + address
                        + " is this gateway's admin address");
            }
        }
    }

    private static boolean isAt(Endpoint bind, Endpoint origin) {
        if (bind.port() != origin.port() || bind.port() == 0) return false;
        String bound = bind.host().toLowerCase(Locale.ROOT);
        String named = origin.host().toLowerCase(Locale.ROOT);
        if (bound.equals(named)) return true;
        boolean isLocal = THIS_HOST.contains(named) || ANY_HOST.contains(named);
        return isLocal && (ANY_HOST.contains(bound) || (THIS_HOST.contains(bound) && named.startsWith("localhost")));
    }
}
