package dev.weir.gateway.forward;

import dev.weir.http.client.ClientLoop;
import dev.weir.http.codec.HeadLimits;
import dev.weir.http.flow.HeadBlocks;
import dev.weir.http.flow.InPlaceHead;
import dev.weir.http.server.Answer;
import dev.weir.http.server.StaticAnswers;
import dev.weir.loop.EventLoop;
import dev.weir.memory.wait.KeptBlocks;
import dev.weir.runtime.LargeHeads;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;

/// State that the exchanges of one listener share on one loop.
///
/// **Threads:** confined to its loop.
/// **Limits:** as many recycled objects as exchanges were ever in flight at once.
final class ForwardLoop {
    private static final byte[] NOTHING = {};

    private final EventLoop loop;
    private final HeadLimits limits;
    private final boolean hasLargeHeads;
    private final ClientLoop clients;
    private final SlowClientCheck watch;
    private final InterimAnswers interim;
    private final long gatherNanos;
    private final RequestIds ids;
    private final Via via;
    private final RequestRules requests;
    private final ResponseRules responses;
    private final InPlaceHead head = new InPlaceHead();
    private final Map<String, Answer> failures = new LinkedHashMap<>(); // as many as there are reasons
    private final ArrayDeque<ForwardExchange> exchanges = new ArrayDeque<>();

    ForwardLoop(EventLoop loop, HeadLimits limits, long bodyStallNanos, long gatherNanos, Via via) {
        this.via = via;
        this.requests = new RequestRules(via);
        this.responses = new ResponseRules(via);
        this.interim = new InterimAnswers(responses);
        this.watch = new SlowClientCheck(loop, bodyStallNanos);
        this.gatherNanos = gatherNanos;
        this.loop = loop;
        this.hasLargeHeads = limits.bytesMax() > HeadBlocks.HEAD_BYTES_MAX;
        KeptBlocks largeAnswers = hasLargeHeads ? loop.kept(LargeHeads.ANSWERS) : null;
        this.clients = new ClientLoop(loop, limits, bodyStallNanos, largeAnswers);
        this.limits = limits;
        this.ids = new RequestIds(loop);
    }

    EventLoop loop() {
        return loop;
    }

    HeadLimits limits() {
        return limits;
    }

    /// How long a body is gathered before its request counts as trickling.
    long gatherNanos() {
        return gatherNanos;
    }

    RequestIds ids() {
        return ids;
    }

    Via via() {
        return via;
    }

    RequestRules requests() {
        return requests;
    }

    ResponseRules responses() {
        return responses;
    }

    InterimAnswers interim() {
        return interim;
    }

    SlowClientCheck watch() {
        return watch;
    }

    /// State that their HTTP client halves share.
    ClientLoop clients() {
        return clients;
    }

    /// The answer that says why an exchange failed.
    ///
    /// @param why a constant: each is encoded once
    Answer failure(int status, String why) {
        return failures.computeIfAbsent(status + why, unseen -> StaticAnswers.saying(status, why));
    }

    /// A writer with a new head that has no fields about the connection.
    InPlaceHead beginHead() {
        return beginHead(NOTHING);
    }

    /// A writer with a new head, in a block that holds the longest head; valid until the next call.
    ///
    /// @param lines fields about the connection, line ends included
    InPlaceHead beginHead(byte[] lines) {
        head.begin((hasLargeHeads ? loop.largeScratch() : loop.readScratch()).clear(), lines);
        return head;
    }

    ForwardExchange takeExchange() {
        ForwardExchange recycled = loop.chance().rarely(ForwardPoint.FORWARD_FRESH) ? null : exchanges.pollLast();
        return recycled == null ? new ForwardExchange(this) : recycled;
    }

    void giveBack(ForwardExchange exchange) {
        // Why: a pending grant would reach the next user of a recycled exchange; this one is left to the collector.
        if (exchange.isFree()) exchanges.addLast(exchange);
    }
}
