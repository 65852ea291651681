package dev.weir.gateway.cli;

import dev.weir.gateway.config.ExampleConfig;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `weir init`: prints an annotated example to begin with.
///
/// **Threads:** confined to the main thread.
/// **Waits:** never waits.
public final class InitCommand implements Command {

    @Override
    public CommandSpec spec() {
        var spec = CommandSpec.create().name("init");
        spec.usageMessage().description("Prints an annotated example of a configuration file.");
        return spec;
    }

    @Override
    public int run(ParseResult parsed, PrintWriter out, PrintWriter err) {
        out.print(ExampleConfig.text());
        return ExitStatus.OK;
    }
}
