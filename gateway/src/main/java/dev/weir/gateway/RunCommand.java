package dev.weir.gateway;

import dev.weir.gateway.cli.CheckCommand;
import dev.weir.gateway.cli.Command;
import dev.weir.gateway.cli.ConfigFile;
import dev.weir.gateway.cli.ExitStatus;
import dev.weir.gateway.cli.Warnings;
import dev.weir.gateway.config.GatewayConfig;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `weir run FILE`: runs the gateway that a file describes until a signal ends it.
///
/// **Threads:** confined to the main thread.
/// **Waits:** until the end of the gateway.
final class RunCommand implements Command {

    @Override
    public CommandSpec spec() {
        var spec = CommandSpec.create().name("run").addPositional(CheckCommand.file());
        spec.usageMessage()
                .description(
                        "Runs the gateway that a configuration file describes.",
                        "SIGTERM or SIGINT ends it in order, a second one at once; SIGHUP reopens the access log.");
        return spec;
    }

    @Override
    public int run(ParseResult parsed, PrintWriter out, PrintWriter err) {
        String fileName = parsed.matchedPositionalValue(0, "");
        return ConfigFile.read(fileName, err)
                .map(config -> run(fileName, config, err))
                .orElse(ExitStatus.REFUSED);
    }

    private static int run(String fileName, GatewayConfig config, PrintWriter err) {
        // Why: whole lines from any thread.
        var tell = new Notices(line -> err.println("weir: " + line));
        ConnectionTotal total = ConnectionTotal.here(config);
        for (String warning : total.warnings(config)) tell.accept("warning: " + warning);
        for (String warning : Warnings.of(total.config(), Warnings.Machine.here())) tell.accept("warning: " + warning);
        try {
            var watchdog = Watchdog.start();
            var gateway = Gateway.open(config, tell);
            gateway.onLoopFailure(watchdog::loopFailed);
            Duration longest = GracefulShutdown.timeMax(config.stop());
            var signals = Signals.listen(gateway::reopenLog, watchdog, longest);
            err.println("ready: " + gateway.addresses());
            return new GracefulShutdown(gateway, config.stop(), signals, tell).awaitAndRun();
        } catch (BudgetTooSmallException tooSmall) {
            ConfigFile.refuseMemory(fileName, tooSmall.words(), tooSmall.remedy(), err);
            return tooSmall.status();
        } catch (CannotStartException refused) {
            tell.accept(String.valueOf(refused.getMessage()));
            return refused.status();
        }
    }
}
