package dev.weir.gateway;

import dev.weir.gateway.cli.CheckCommand;
import dev.weir.gateway.cli.InitCommand;
import dev.weir.gateway.cli.Program;
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
                List.of(new DemoCommand(), new RunCommand(), new CheckCommand(), new InitCommand()), out, err);
        System.exit(program.run(arguments));
    }
}
