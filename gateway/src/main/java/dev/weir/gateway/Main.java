package dev.weir.gateway;

import dev.weir.gateway.cli.CheckCommand;
import dev.weir.gateway.cli.InitCommand;
import dev.weir.gateway.cli.Program;
import dev.weir.gateway.config.GatewayConfig;
import dev.weir.transport.Endpoint;
import dev.weir.transport.NameLookup;
import dev.weir.transport.TransportException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.security.Security;
import java.util.List;

/// The entry point of the program.
public final class Main {
    private Main() {}

    /// Runs the command that the arguments name and exits with its status.
    public static void main(String[] arguments) {
        // Why: the gateway looks names up as often as the configuration says; a cached answer would defeat that.
        Security.setProperty("networkaddress.cache.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
        var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        var program = new Program(
                List.of(
                        new DemoCommand(),
                        new RunCommand(),
                        new CheckCommand(Main::sum, Main::addresses),
                        new InitCommand()),
                out,
                err);
        System.exit(program.run(arguments));
    }

    private static List<String> addresses(Endpoint of) {
        try {
            return NameLookup.SYSTEM.lookUp(of.host(), of.port()).stream()
                    .map(Endpoint::host)
                    .toList();
        } catch (TransportException unknown) {
            return List.of();
        }
    }

    private static CheckCommand.Sum sum(GatewayConfig config) {
        try {
            ConnectionTotal total = ConnectionTotal.here(config);
            String plan = Plan.describe(total.config());
            return new CheckCommand.Sum(true, plan, "", total.text(), total.config(), total.warnings(config));
        } catch (BudgetTooSmallException tooSmall) {
            return CheckCommand.Sum.tooSmall(config, tooSmall.words(), tooSmall.remedy());
        }
    }
}
