package dev.weir.gateway;

import dev.weir.gateway.cli.CheckCommand;
import dev.weir.gateway.cli.InitCommand;
import dev.weir.gateway.cli.Program;
import dev.weir.gateway.config.GatewayConfig;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Starts the program.
public final class Main {
    private Main() {}

    /// Runs the command that the arguments name and exits with its status.
    public static void main(String[] arguments) {
        var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        var program = new Program(
                List.of(new DemoCommand(), new RunCommand(), new CheckCommand(Main::sum), new InitCommand()), out, err);
        System.exit(program.run(arguments));
    }

    private static CheckCommand.Sum sum(GatewayConfig config) {
        try {
            return new CheckCommand.Sum(true, Plan.describe(config));
        } catch (CannotStartException tooSmall) {
            return new CheckCommand.Sum(false, String.valueOf(tooSmall.getMessage()));
        }
    }
}
