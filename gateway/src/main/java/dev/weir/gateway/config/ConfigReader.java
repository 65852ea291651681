package dev.weir.gateway.config;

import dev.weir.transport.Endpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;

/// Reads the text of a configuration file. Reports all errors at once.
///
/// **Threads:** immutable.
/// **Waits:** never waits: nothing is opened or looked up.
/// **Limits:** 1 Mi characters, 16 levels, 1000 listeners with 10000 routes each, 1000 upstreams with 1000
/// origins each.
/// **Fails:** never: any text is `Read` or `Refused`.
public final class ConfigReader {
    private static final List<String> KEYS =
            List.of("memory", "limits", "admin", "access-log", "stop", "listeners", "upstreams");

    private ConfigReader() {}

    /// The result of reading a text.
    ///
    /// **Threads:** immutable.
    public sealed interface Outcome {}

    /// The text is a configuration.
    ///
    /// @param config with the defaults filled in
    public record Read(GatewayConfig config) implements Outcome {}

    /// The text has errors.
    ///
    /// @param fileName as it was given
    /// @param text as it was given, for [ConfigErrorPrinter]
    /// @param faults the errors, at least one, in the order of the file
    public record Refused(String fileName, String text, List<ConfigError> faults) implements Outcome {
        /// Keeps an unmodifiable copy of the errors.
        public Refused {
            faults = List.copyOf(faults);
        }
    }

    /// Reads a text.
    ///
    /// @param fileName for messages only
    /// @param text of the whole file; a byte order mark at its beginning is skipped
    public static Outcome read(String fileName, String text) {
        var faults = new ConfigErrors();
        var plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
        var config = YamlTree.of(plain, faults).map(root -> config(new Value(root, "", faults)));
        return config.isPresent() && faults.isEmpty()
                ? new Read(config.get())
                : new Refused(fileName, plain, faults.inFileOrder());
    }

    /// Refuses a configuration because of its `memory`, or because it has none.
    ///
    /// @param text a configuration without other errors
    /// @param words what was expected, what was found
    /// @param remedy what to write instead; empty when nothing is known
    public static Refused refuseMemory(String fileName, String text, String words, String remedy) {
        var faults = new ConfigErrors();
        var plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
        YamlTree.of(plain, faults).ifPresent(node -> {
            var root = new Value(node, "", faults);
            var memory = Section.named(root, "a configuration").value("memory").orElse(root);
            var budget = memory.node() instanceof MappingNode && memory != root
                    ? Section.named(memory, "a mapping").value("budget").orElse(memory)
                    : memory;
            faults.add(budget.node(), "memory", words, remedy);
        });
        return new Refused(fileName, plain, faults.inFileOrder());
    }

    private static GatewayConfig config(Value value) {
        var root = Section.of(value, KEYS);
        var admin = root.value("admin").map(ConfigReader::admin).orElse(GatewayConfig.ADMIN);
        var named = root.required("upstreams", "a mapping such as web: { origins: [127.0.0.1:9001] }")
                .map(UpstreamBinder::section);
        var targets = new UpstreamNames(named.map(Section::names).orElse(List.of()));
        var memory = root.value("memory").map(MemoryBinder::memory).orElse(Memory.DEFAULT);
        return new GatewayConfig(
                memory,
                ListenerBinder.connections(root.section("limits", List.of("connections"))),
                admin,
                root.value("access-log").map(ConfigReader::accessLog).orElse(new AccessLogSetting.Stdout()),
                stop(root.section("stop", List.of("grace", "drain", "idle"))),
                root.required("listeners", "a list of listeners, each beginning with `- bind: HOST:PORT`")
                        .map(new ListenerBinder(targets, admin)::listeners)
                        .orElse(List.of()),
                named.map(UpstreamBinder::upstreams).orElse(List.of()));
    }

    private static Admin admin(Value value) {
        if (FoundText.node(value.node()).equals("off")) return new Admin.Off();
        if (!(value.node() instanceof MappingNode)) return at(AddressReader.address(value, 0), List.of());
        var section = Section.of(value, List.of("bind", "hosts"));
        var bind = section.value("bind")
                .map(one -> AddressReader.address(one, 0))
                .orElse(Optional.of(((Admin.At) GatewayConfig.ADMIN).bind()));
        return at(bind, section.value("hosts").map(ConfigReader::hosts).orElse(List.of()));
    }

    private static Admin at(Optional<Endpoint> bind, List<String> hosts) {
        return bind.<Admin>map(address -> new Admin.At(address, hosts)).orElse(new Admin.Off());
    }

    private static List<String> hosts(Value value) {
        var hosts = new ArrayList<String>();
        for (var item : value.items("a list of names such as [weir.example.com]")) {
            var text = item.text("a host name");
            if (text.isEmpty()) continue;
            if (AddressReader.isHost(text)) hosts.add(text.toLowerCase(Locale.ROOT));
            else item.refuse("expected a host name without a port");
        }
        return hosts;
    }

    private static AccessLogSetting accessLog(Value value) {
        var text = value.text("stdout, off or a file");
        if (text.equals("off")) {
            return new AccessLogSetting.Off();
        }
        // Why: a file name needs a dot or a slash, so that a misspelled word is not taken for one.
        boolean isFile = text.matches("[^\\p{Cntrl}]*[./][^\\p{Cntrl}]*") && !text.endsWith("/");
        if (isFile) {
            return new AccessLogSetting.ToFile(Path.of(text));
        }
        if (!text.isEmpty() && !text.equals("stdout")) {
            value.refuse(
                    "expected stdout, off or a file with a dot or a slash in its name",
                    NearestWord.question(text, List.of("stdout", "off")));
        }
        return new AccessLogSetting.Stdout();
    }

    private static Stop stop(Section section) {
        var stop = Stop.DEFAULT;
        return new Stop(
                section.duration("grace", stop.grace(), Duration.ZERO, Duration.ofMinutes(10)),
                section.duration("drain", stop.drain(), Duration.ZERO, Duration.ofHours(1)),
                section.duration("idle", stop.idle(), Duration.ZERO, Duration.ofMinutes(10)));
    }
}
