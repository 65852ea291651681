package dev.weir.gateway.cli;

import dev.weir.gateway.config.GatewayConfig;
import dev.weir.gateway.config.MemoryDefault;
import dev.weir.gateway.config.Upstream;
import dev.weir.transport.Endpoint;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/// `weir check FILE`: prints what the gateway would do with a configuration file, or what is wrong with it.
///
/// **Threads:** confined to the main thread.
/// **Waits:** for the disk and for name lookups; nothing is bound or connected.
public final class CheckCommand implements Command {
    private final Planner planner;
    private final Function<Endpoint, List<String>> addresses;

    /// A command that prints the memory plan of `planner`.
    ///
    /// @param addresses resolves a name to printable addresses; none when it cannot be resolved
    public CheckCommand(Planner planner, Function<Endpoint, List<String>> addresses) {
        this.planner = planner;
        this.addresses = addresses;
    }

    /// Adds up the memory of a configuration.
    public interface Planner {
        /// Adds up all parts, or explains why they do not fit.
        Sum plan(GatewayConfig config);
    }

    /// How the memory of a configuration adds up.
    ///
    /// @param fits whether the budget suffices for the limits
    /// @param text the sum in whole lines; when it does not fit, one sentence that says why
    /// @param remedy what to write instead when it does not fit, else empty
    /// @param connections how many clients there are together and why, one sentence
    /// @param config with that number
    /// @param warnings about that number, one sentence each
    public record Sum(
            boolean fits, String text, String remedy, String connections, GatewayConfig config, List<String> warnings) {
        /// Keeps an unmodifiable copy of the warnings.
        public Sum {
            warnings = List.copyOf(warnings);
        }

        /// One that does not fit.
        ///
        /// @param why one sentence
        /// @param remedy what to write instead
        public static Sum tooSmall(GatewayConfig config, String why, String remedy) {
            return new Sum(false, why, remedy, "", config, List.of());
        }
    }

    @Override
    public CommandSpec spec() {
        var spec = CommandSpec.create().name("check").addPositional(file());
        spec.usageMessage().description("Checks a configuration file and prints what the gateway would do with it.");
        return spec;
    }

    /// The argument `FILE` of every command that reads a configuration.
    public static PositionalParamSpec file() {
        return PositionalParamSpec.builder()
                .index("0")
                .arity("1")
                .required(true)
                .paramLabel("FILE")
                .type(String.class)
                .description("The configuration file; `weir init` prints an example.")
                .build();
    }

    @Override
    public int run(ParseResult parsed, PrintWriter out, PrintWriter err) {
        String fileName = parsed.matchedPositionalValue(0, "");
        return ConfigFile.read(fileName, err)
                .map(config -> tell(fileName, config, out, err))
                .orElse(ExitStatus.REFUSED);
    }

    private int tell(String fileName, GatewayConfig config, PrintWriter out, PrintWriter err) {
        Sum sum = planner.plan(config);
        if (!sum.fits()) {
            ConfigFile.refuseMemory(fileName, sum.text(), sum.remedy(), err);
            return ExitStatus.REFUSED;
        }
        out.print(Summary.of(fileName, sum.config(), MemoryDefault.here(), sum.connections()));
        out.print("\nmemory in bytes\n" + sum.text());
        var unknown = new ArrayList<String>();
        out.print(names(config, unknown));
        out.flush();
        var warnings = new ArrayList<>(sum.warnings());
        warnings.addAll(Warnings.of(sum.config(), Warnings.Machine.here()));
        warnings.addAll(unknown);
        for (String warning : warnings) err.println("weir: warning: " + fileName + ": " + warning);
        return ExitStatus.OK;
    }

    /// The addresses of origin names, as text.
    ///
    /// @param unknown receives a warning for each name that cannot be resolved
    private String names(GatewayConfig config, List<String> unknown) {
        var text = new StringBuilder();
        for (Upstream upstream : config.upstreams()) {
            if (!config.isUsed(upstream)) continue;
            for (Endpoint origin : upstream.origins()) {
                if (!origin.isName()) continue;
                List<String> found = addresses.apply(origin);
                String where = "upstreams." + upstream.name() + ": the name " + origin.host();
                if (found.isEmpty()) {
                    unknown.add(where + " is not known here; until it is, this origin is left out");
                    continue;
                }
                int used = Math.min(found.size(), upstream.placesOf(origin));
                if (text.isEmpty()) text.append("\nnames\n");
                text.append("  ").append(origin.host()).append(" is ");
                text.append(String.join(", ", found.subList(0, used))).append('\n');
                if (used < found.size()) {
                    unknown.add(where + " has " + found.size() + " addresses; " + used + " are used");
                }
            }
        }
        return text.toString();
    }
}
