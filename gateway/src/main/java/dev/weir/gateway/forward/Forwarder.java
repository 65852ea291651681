package dev.weir.gateway.forward;

import dev.weir.gateway.request.RequestRecord;
import dev.weir.gateway.route.RouteTable;
import dev.weir.http.codec.Method;
import dev.weir.http.codec.RequestReader;
import dev.weir.http.server.Answer;
import dev.weir.http.server.End;
import dev.weir.http.server.LoopHandler;
import dev.weir.http.server.ServerExchange;
import dev.weir.http.server.ServerSettings;
import dev.weir.http.server.StaticAnswers;
import dev.weir.loop.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The handler of one HTTP listener: finds the route and passes the request to an exchange that forwards it.
///
/// **Owns:** nothing; the upstreams belong to the gateway.
/// **Threads:** each loop has its own part.
/// **Source:** RFC 9110 section 7, RFC 9112 section 3.2.
public final class Forwarder implements LoopHandler {
    /// Heap bytes of one forwarded request without the fields of the answer's head, as measured.
    public static final long EXCHANGE_BYTES = 1536;

    /// How long a body is gathered before its request counts as trickling.
    private static final Duration GATHER_TIME = Duration.ofSeconds(1);

    private static final int SHOWN_MAX = 200;
    private static final Answer NO_CONNECT = StaticAnswers.saying(400, "CONNECT is not forwarded");

    private final RouteTable routes;
    private final List<RunningUpstream> targets;
    private final List<ForwardLoop> loops;

    /// A handler for the routes of one listener.
    ///
    /// @param upstreams must know every upstream the routes name
    /// @param settings of the listener: its limits of heads and its stall timeout apply to answers too
    /// @param via the listener's `Via` field
    public Forwarder(List<EventLoop> loops, RouteTable routes, Upstreams upstreams, ServerSettings settings, Via via) {
        this(loops, routes, upstreams, settings, via, GATHER_TIME);
    }

    /// @param gather how long a body is gathered before its request counts as trickling
    Forwarder(
            List<EventLoop> loops,
            RouteTable routes,
            Upstreams upstreams,
            ServerSettings settings,
            Via via,
            Duration gather) {
        this.routes = routes;
        this.targets = new ArrayList<>();
        for (int i = 0; i < routes.size(); i++) {
            targets.add(upstreams
                    .named(routes.route(i).upstream())
                    .requireFields(settings.limits().fieldsBytes()));
        }
        this.loops = loops.stream()
                .map(loop -> new ForwardLoop(
                        loop, settings.limits(), settings.bodyTimeout().toNanos(), gather.toNanos(), via))
                .toList();
    }

    @Override
    public void handle(ServerExchange exchange) {
        ForwardLoop here = loops.get(exchange.loop().index());
        RequestRecord record =
                Objects.requireNonNullElseGet(exchange.stream().lastAttachment(RequestRecord.KEY), RequestRecord::new);
        RequestReader head = exchange.request();
        record.begin(head);
        exchange.attach(RequestRecord.KEY, record);
        here.ids().take(head);
        record.setRequestId(here.ids().bytes(), here.ids().length());
        if (head.method() == Method.CONNECT) {
            exchange.ending().note(End.CONNECT_ASKED);
            exchange.answer(NO_CONNECT);
            return;
        }
        if (here.via().isIn(head)) {
            exchange.ending().note(End.LOOP);
            exchange.answer(StaticAnswers.of(508));
            return;
        }
        if (MaxForwards.of(head) == 0) {
            exchange.ending().note(End.LAST_RECIPIENT);
            exchange.answer(MaxForwards.answer(head));
            return;
        }
        int route = routes.match(head);
        if (route == RouteTable.NONE) {
            exchange.ending().note(End.NO_ROUTE);
            exchange.answer(noRoute(head));
            return;
        }
        here.takeExchange().begin(exchange.stream(), record, targets.get(route));
    }

    @Override
    public boolean allowsRecycling() {
        return true;
    }

    /// The record that log and metrics read, beside the exchange.
    @Override
    public long exchangeBytes() {
        return RequestRecord.BYTES;
    }

    private static Answer noRoute(RequestReader head) {
        String host = head.text(head.authorityFrom(), head.authorityTo());
        String path = head.text(head.pathFrom(), head.pathTo());
        return Answer.text(404, "no route for " + shortened(host) + " " + shortened(path) + "\n");
    }

    private static String shortened(String text) {
        return text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "...";
    }
}
