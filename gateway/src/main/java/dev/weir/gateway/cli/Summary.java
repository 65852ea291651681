package dev.weir.gateway.cli;

import com.google.errorprone.annotations.FormatMethod;
import dev.weir.gateway.config.AccessLogSetting;
import dev.weir.gateway.config.Admin;
import dev.weir.gateway.config.EnumWord;
import dev.weir.gateway.config.GatewayConfig;
import dev.weir.gateway.config.HttpListener;
import dev.weir.gateway.config.Listener;
import dev.weir.gateway.config.TcpListener;
import dev.weir.gateway.config.Upstream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Summarizes on one screen what the gateway does with a configuration.
///
/// **Threads:** immutable.
/// **Limits:** 12 listeners, 12 routes each, 12 upstreams; of the rest only the number is printed.
public final class Summary {
    private static final int ROWS_LIMIT = 12;
    private static final long MIB = 1L << 20;

    private final StringBuilder out = new StringBuilder();

    private Summary() {}

    /// The summary; every line ends with `\n`.
    ///
    /// @param memoryDefaultBytes the budget if the file names none
    /// @param connections how many clients there are together, in words
    public static String of(String fileName, GatewayConfig config, long memoryDefaultBytes, String connections) {
        var summary = new Summary();
        summary.line("%s: fine", fileName);
        summary.whole(config, memoryDefaultBytes, connections);
        summary.rows("listeners", config.listeners(), summary::listener);
        summary.rows("upstreams", config.upstreams(), upstream -> summary.upstream(config, upstream));
        return summary.out.toString();
    }

    private void whole(GatewayConfig config, long memoryDefaultBytes, String connections) {
        line(
                "memory      %s",
                config.memory().bytes().isPresent()
                        ? bytes(config.memory().bytes().getAsLong())
                        : bytes(memoryDefaultBytes) + " (the default on this machine)");
        line("connections %s", connections);
        line(
                "admin       %s",
                switch (config.admin()) {
                    case Admin.Off() -> "off";
                    case Admin.At at -> at.bind().toString();
                });
        line(
                "access log  %s",
                switch (config.accessLog()) {
                    case AccessLogSetting.Off() -> "off";
                    case AccessLogSetting.Stdout() -> "stdout";
                    case AccessLogSetting.ToFile(var path) -> path.toString();
                });
        line(
                "stop        accepts for %s more, then %s to finish",
                time(config.stop().grace()), time(config.stop().drain()));
    }

    private void listener(Listener listener) {
        switch (listener) {
            case HttpListener http -> {
                line("  %s  http, %s", http.bind(), connections(http));
                for (var route : http.routes().stream().limit(ROWS_LIMIT).toList()) {
                    line(
                            "    %s%s -> %s",
                            route.takesAnyHost() ? "(any host)" : route.host(), route.path(), route.upstream());
                }
                more(http.routes().size(), "    ");
            }
            case TcpListener tcp -> {
                line("  %s  tcp, %s", tcp.bind(), connections(tcp));
                line("    all bytes -> %s", tcp.upstream());
            }
        }
    }

    private static String connections(Listener listener) {
        String more = switch (listener.beyond()) {
            case WAIT -> "";
            case REFUSE -> ", more are refused";
        };
        return listener.connectionsLimit() + " connections" + more;
    }

    private void upstream(GatewayConfig config, Upstream upstream) {
        line(
                "  %s  %s over %s%s",
                upstream.name(),
                EnumWord.of(upstream.balance()),
                upstream.origins().stream()
                        .limit(ROWS_LIMIT)
                        .map(Object::toString)
                        .collect(Collectors.joining(", ")),
                upstream.origins().size() > ROWS_LIMIT ? ", ..." : "");
        line(
                "    %d connections, %d may wait %s; connect %s, response %s, retry %s%s",
                upstream.pool().connections(),
                upstream.pool().waiting(),
                time(upstream.pool().acquire()),
                time(upstream.timeouts().connect()),
                time(upstream.timeouts().response()),
                EnumWord.of(upstream.retry()),
                config.isUsed(upstream) ? "" : " (nothing is sent here)");
    }

    private <T> void rows(String title, List<T> rows, Consumer<T> printer) {
        line("%s", title);
        rows.stream().limit(ROWS_LIMIT).forEach(printer);
        more(rows.size(), "  ");
    }

    private void more(int size, String indent) {
        if (size > ROWS_LIMIT) {
            line("%sand %d more", indent, size - ROWS_LIMIT);
        }
    }

    @FormatMethod
    private void line(String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private static String bytes(long bytes) {
        return bytes % MIB == 0 ? bytes / MIB + " MiB" : bytes / 1024 + " KiB";
    }

    private static String time(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }
}
