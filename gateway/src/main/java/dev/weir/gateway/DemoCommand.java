package dev.weir.gateway;

import dev.weir.gateway.cli.Command;
import dev.weir.gateway.cli.ExitStatus;
import dev.weir.gateway.config.AccessLogSetting;
import dev.weir.gateway.config.Admin;
import dev.weir.gateway.config.GatewayConfig;
import dev.weir.gateway.config.HttpListener;
import dev.weir.gateway.config.Memory;
import dev.weir.gateway.config.Route;
import dev.weir.gateway.config.Stop;
import dev.weir.gateway.config.Upstream;
import dev.weir.loop.CloseReport;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import dev.weir.transport.Endpoint;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/// `weir demo`: a gateway with two built-in origins, for a first try.
///
/// **Threads:** confined to the main thread.
/// **Waits:** until a signal ends it.
final class DemoCommand implements Command {
    private static final Stop STOP = new Stop(Duration.ZERO, Duration.ofSeconds(5), Stop.DEFAULT.idle());
    private static final Duration CLOSE_TIME = Duration.ofSeconds(5);
    private static final long MEMORY_BYTES = 64 << 20;
    private static final String UPSTREAM = "demo";

    @Override
    public CommandSpec spec() {
        var spec = CommandSpec.create()
                .name("demo")
                .addOption(address("--listen", "127.0.0.1:8080", "Where the gateway listens"))
                .addOption(address("--admin", "127.0.0.1:8081", "Where its admin pages are"));
        spec.usageMessage().description("Runs a gateway in front of two built-in origins, to try with curl.");
        return spec;
    }

    private static OptionSpec address(String name, String usual, String what) {
        return OptionSpec.builder(name)
                .paramLabel("ADDR")
                .type(String.class)
                .defaultValue(usual)
                .description(what + "; port 0 takes any free port. Default: " + usual)
                .build();
    }

    @Override
    public int run(ParseResult parsed, PrintWriter out, PrintWriter err) {
        Optional<Endpoint> listen = address(parsed, "--listen", err);
        Optional<Endpoint> admin = address(parsed, "--admin", err);
        if (listen.isEmpty() || admin.isEmpty()) return ExitStatus.REFUSED;
        var tell = new Notices(line -> err.println("weir: " + line));
        var watchdog = Watchdog.start();
        DemoOrigins origins = DemoOrigins.open(List.of("one", "two"), watchdog::loopFailed);
        int status;
        try {
            var config = config(listen.get(), admin.get(), origins.addresses());
            var gateway = Gateway.open(config, tell);
            gateway.onLoopFailure(watchdog::loopFailed);
            var signals = Signals.listen(() -> {}, watchdog, GracefulShutdown.timeMax(STOP));
            out.print(text(gateway, origins.addresses()));
            out.flush();
            err.println("ready: " + gateway.addresses());
            status = new GracefulShutdown(gateway, STOP, signals, tell).awaitAndRun();
        } catch (CannotStartException refused) {
            tell.accept(refused.getMessage() + " (--listen ADDR and --admin ADDR choose others)");
            status = refused.status();
        }
        CloseReport left = origins.close(Deadline.in(Clock.system(), CLOSE_TIME));
        left.survivors().forEach(survivor -> tell.accept("survived: " + survivor));
        return left.isClean() ? status : ExitStatus.FAILED;
    }

    private static Optional<Endpoint> address(ParseResult parsed, String option, PrintWriter err) {
        String text = parsed.matchedOptionValue(
                option, parsed.commandSpec().findOption(option).defaultValue());
        Optional<Endpoint> address = Endpoint.parse(text);
        if (address.isEmpty()) {
            err.println("weir: " + option + ": expected HOST:PORT, such as 127.0.0.1:8080, found '" + text + "'");
        }
        return address;
    }

    private static GatewayConfig config(Endpoint listen, Endpoint admin, List<Endpoint> origins) {
        var listener = new HttpListener(
                listen,
                HttpListener.Limits.DEFAULT,
                HttpListener.Timeouts.DEFAULT,
                List.of(new Route("", "/", UPSTREAM)));
        var upstream = new Upstream(
                UPSTREAM,
                origins,
                Upstream.Balance.ROUND_ROBIN,
                Upstream.Pool.DEFAULT,
                Upstream.Timeouts.DEFAULT,
                Upstream.Retry.SAFE);
        return new GatewayConfig(
                Memory.DEFAULT.withBytes(MEMORY_BYTES),
                new Admin.At(admin),
                new AccessLogSetting.Off(),
                STOP,
                List.of(listener),
                List.of(upstream));
    }

    private static String text(Gateway gateway, List<Endpoint> origins) {
        String here = "http://" + gateway.listening().getFirst();
        return """
                A gateway at %1$s in front of two origins, one at port %2$d and two at port %3$d.
                It may use 64 MiB for all that grows with load. Try, in another terminal:

                  which of them answers? ask again    curl %1$s/
                  an answer that takes 2 s            curl -i %1$s/slow
                  64 MiB, never in memory as a whole  curl -o big.bin %1$s/big
                  the same up and down at once        curl --data-binary @big.bin -o echo.bin %1$s/echo
                  who holds memory                    curl %4$s/memory
                  who is connected                    curl %4$s/connections
                  all counters, for Prometheus        curl %4$s/metrics

                %4$s/ in a browser shows it live. Ctrl-C ends it and shows what is left.
                """.formatted(
                        here, origins.getFirst().port(), origins.getLast().port(), "http://" + gateway.adminAddress());
    }
}
