package dev.weir.gateway.cli;

import dev.weir.gateway.config.GatewayConfig;
import dev.weir.gateway.config.MemoryDefault;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/// `weir check FILE`: says what the gateway would do with a file, or what is wrong with it.
///
/// **Threads:** confined to the main thread.
/// **Waits:** for the disk; nothing is bound or connected.
public final class CheckCommand implements Command {
    private final Planner planner;

    /// A command that shows what `planner` makes of the memory.
    public CheckCommand(Planner planner) {
        this.planner = planner;
    }

    /// Adds up the memory of a configuration.
    public interface Planner {
        /// The sum of all parts, or why there is none.
        Sum plan(GatewayConfig config);
    }

    /// How the memory of a configuration adds up.
    ///
    /// @param fits whether the budget suffices for the limits
    /// @param text the sum, whole lines; when it does not fit, one sentence that says why
    public record Sum(boolean fits, String text) {}

    @Override
    public CommandSpec spec() {
        var spec = CommandSpec.create().name("check").addPositional(file());
        spec.usageMessage().description("Checks a configuration file and says what the gateway would do with it.");
        return spec;
    }

    /// The one argument `FILE`, as every command that reads a configuration takes it.
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
            err.println("weir: " + fileName + ": " + sum.text());
            return ExitStatus.REFUSED;
        }
        out.print(Summary.of(fileName, config, MemoryDefault.here()));
        out.print("\nmemory in bytes\n" + sum.text());
        out.flush();
        for (String warning : Warnings.of(config, Warnings.Machine.here())) {
            err.println("weir: warning: " + fileName + ": " + warning);
        }
        return ExitStatus.OK;
    }
}
