package dev.weir.gateway.admin;

import dev.weir.connection.CloseReason;
import dev.weir.flow.Need;
import dev.weir.http.server.Answer;
import dev.weir.http.server.ExchangeListener;
import dev.weir.http.server.ServerExchange;
import dev.weir.loop.EventLoop;
import dev.weir.loop.Mailbox;
import dev.weir.time.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Answers liveness probes by asking every loop of the gateway for a turn. A process with a stuck loop should
/// be restarted.
///
/// Probes that arrive while the loops are being asked share the result.
///
/// **Threads:** confined to the loop of the admin pages; the gateway's loops only post its tasks back.
/// **Waits:** never waits; a probe is answered when all loops have made a turn, or after [#PATIENCE].
/// **Limits:** at most one waiting probe for each connection; two tasks for each loop, allocated once.
final class Liveness {
    /// The time in which a loop must make a turn, or the process counts as dead.
    static final Duration PATIENCE = Duration.ofSeconds(2);

    private final EventLoop own;
    private final List<LoopProbe> loops;
    private final List<Probe> probes = new ArrayList<>();
    private final Timer timer = new Timer(this::timeIsOver);

    /// @param own the loop of the admin pages
    /// @param loops those of the gateway
    Liveness(EventLoop own, List<EventLoop> loops) {
        this.own = own;
        this.loops = loops.stream().map(LoopProbe::new).toList();
    }

    /// Answers `exchange` with `alive`, or with a 503 that names the loops which made no turn.
    void answer(ServerExchange exchange, Answer alive) {
        var probe = new Probe(exchange, alive);
        exchange.setListener(probe);
        // Why: other clients, however fast, must not displace the probe that decides about a restart.
        exchange.exemptFromPurge();
        probes.add(probe);
        if (probes.size() > 1) return;
        own.schedule(timer, PATIENCE.toNanos());
        for (LoopProbe loop : loops) loop.ask();
        answerWhenAllTurned();
    }

    private void answerWhenAllTurned() {
        if (loops.stream().anyMatch(loop -> loop.isDue)) return;
        for (Probe probe : List.copyOf(probes)) probe.answer(probe.alive);
    }

    private void timeIsOver() {
        String late = loops.stream()
                .filter(loop -> loop.isDue)
                .map(loop -> loop.loop.name())
                .collect(Collectors.joining(", "));
        var dead = Answer.text(503, "not alive: no turn within " + PATIENCE.toSeconds() + " s of " + late + "\n");
        for (Probe probe : List.copyOf(probes)) probe.answer(dead);
    }

    /// One loop of the gateway.
    private final class LoopProbe {
        private final EventLoop loop;
        private final Mailbox.Node question = new Mailbox.Node(this::passBack);
        private final Mailbox.Node reply = new Mailbox.Node(this::turned);
        private boolean isDue;

        LoopProbe(EventLoop loop) {
            this.loop = loop;
        }

        void ask() {
            // Why: a closed loop never answers, and the 503 names it when the time is over.
            isDue = true;
            loop.post(question);
        }

        /// Called on the loop that was asked. The result is lost when the admin pages are closed.
        private void passBack() {
            own.post(reply);
        }

        private void turned() {
            isDue = false;
            if (!probes.isEmpty()) answerWhenAllTurned();
        }
    }

    /// A request that waits for the loops.
    private final class Probe implements ExchangeListener {
        private final ServerExchange exchange;
        private final Answer alive;

        Probe(ServerExchange exchange, Answer alive) {
            this.exchange = exchange;
            this.alive = alive;
        }

        void answer(Answer answer) {
            leave();
            exchange.answer(answer);
        }

        private void leave() {
            probes.remove(this);
            if (probes.isEmpty()) own.wheel().cancel(timer);
        }

        @Override
        public void bodyEnded(Need how) {}

        @Override
        public void writable() {}

        @Override
        public void inputEnded() {}

        @Override
        public void gone(CloseReason reason) {
            leave();
        }
    }
}
