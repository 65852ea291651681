package dev.weir.gateway.cli;

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
                .map(config -> {
                    out.print(Summary.of(fileName, config, MemoryDefault.here()));
                    return ExitStatus.OK;
                })
                .orElse(ExitStatus.REFUSED);
    }
}
