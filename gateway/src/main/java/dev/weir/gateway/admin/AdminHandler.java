package dev.weir.gateway.admin;

import dev.weir.http.codec.Method;
import dev.weir.http.codec.RequestHead;
import dev.weir.http.server.Answer;
import dev.weir.http.server.LoopHandler;
import dev.weir.http.server.ServerExchange;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/// Answers probes on the loop, for any host name, and passes other requests to threads.
///
/// **Threads:** called on the loop of the exchange.
final class AdminHandler implements LoopHandler {
    private static final Answer ALIVE = Answer.text(200, "alive\n");
    private static final Answer READY = Answer.text(200, "ready\n");
    private static final Answer NOT_READY = Answer.text(503, "not ready: the gateway is starting or stopping\n");
    private static final Answer OTHER_NAME = Answer.text(
            403,
            "These pages are served only for an IP address, localhost or a name in admin.hosts, so that no web site can"
                    + " read them through your browser under a name of its own.\n");

    private final BooleanSupplier ready;
    private final List<String> hosts;
    private final Liveness liveness;
    private final LoopHandler pages;

    AdminHandler(AdminServer.Sources sources, Liveness liveness, LoopHandler pages) {
        this.ready = sources.ready();
        this.hosts = sources.hosts();
        this.liveness = liveness;
        this.pages = pages;
    }

    @Override
    public void handle(ServerExchange exchange) {
        RequestHead head = exchange.head();
        boolean reads = head.method() == Method.GET || head.method() == Method.HEAD;
        String path = exchange.text(head.pathFrom(), head.pathTo());
        if (reads && path.equals("/livez")) {
            liveness.answer(exchange, ALIVE);
        } else if (reads && path.equals("/readyz")) {
            if (ready.getAsBoolean()) liveness.answer(exchange, READY);
            else exchange.answer(NOT_READY);
        } else if (!isOwn(exchange.text(head.hostFrom(), head.hostTo()))) {
            exchange.answer(OTHER_NAME);
        } else {
            pages.handle(exchange);
        }
    }

    private boolean isOwn(String host) {
        return isAddress(host) || hosts.contains(host.toLowerCase(Locale.ROOT));
    }

    /// Whether `host` is safe from DNS rebinding: a literal address, localhost, or nothing at all, which no
    /// browser sends.
    static boolean isAddress(String host) {
        if (host.isEmpty() || host.startsWith("[") || host.equalsIgnoreCase("localhost")) return true;
        return host.chars().allMatch(one -> one == '.' || (one >= '0' && one <= '9'));
    }
}
