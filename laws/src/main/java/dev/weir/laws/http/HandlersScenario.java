package dev.weir.laws.http;

import dev.weir.http.blocking.BlockingHandlers;
import dev.weir.http.codec.HeadLimits;
import dev.weir.http.server.HttpServer;
import dev.weir.http.server.ServerSettings;
import dev.weir.laws.play.Hog;
import dev.weir.laws.play.Latecomer;
import dev.weir.laws.play.Play;
import dev.weir.loop.CloseReport;
import dev.weir.runtime.Weir;
import dev.weir.testing.sim.Scenario;
import dev.weir.testing.sim.Storm;
import dev.weir.testing.sim.World;
import dev.weir.testing.sim.seed.Fault;
import dev.weir.time.Deadline;
import dev.weir.transport.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A server whose handlers run on threads of their own, or let other threads answer, in lock step with its
/// loops: at least six clients, twenty-four exchanges and six faults a seed, and in half of the seeds less
/// memory than they need.
public final class HandlersScenario implements Scenario {
    private static final int EXCHANGES_MIN = 24;
    private static final int FAULTS_MIN = 6;
    private static final Storm STORM = new Storm(EXCHANGES_MIN, FAULTS_MIN, 3000, 8);
    private static final int LATECOMERS_BLOCKS = 12; // more than their slabs
    private static final Duration HEALING = Duration.ofMinutes(10);

    /// Handlers that block.
    public static final HandlersScenario BLOCKING = new HandlersScenario(
            HttpClient.ServerKind.HANDLERS,
            "handlers",
            "a server whose handlers block on their own threads, throw, hang, answer twice or late");

    /// Loop handlers that other threads answer for.
    public static final HandlersScenario WORKERS = new HandlersScenario(
            HttpClient.ServerKind.WORKERS,
            "workers",
            "a server whose requests are answered by other threads: late, twice, after the end");

    private final HttpClient.ServerKind serverKind;
    private final String label;
    private final String purpose;

    private HandlersScenario(HttpClient.ServerKind serverKind, String label, String purpose) {
        this.serverKind = serverKind;
        this.label = label;
        this.purpose = purpose;
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public String purpose() {
        return purpose;
    }

    @Override
    public void play(World world) {
        new HandlersPlay(world, serverKind).play();
    }

    /// One run.
    private static final class HandlersPlay extends Play<HttpClient> {
        private final Weir weir;
        private final HttpServer server;
        private final @Nullable BlockingHandlers blocking; // null where other threads answer
        private final RosterReader rosterReader;
        private final Hog hog;
        private final List<Latecomer> latecomers = new ArrayList<>();
        private final int connectionsLimit;

        HandlersPlay(World world, HttpClient.ServerKind serverKind) {
            super(world, 200 + world.chance().below(8000), HEALING);
            int inFlight = below(3) == 0 ? 1 + below(3) : 20;
            weir = open(1 + below(2), world.seed() % 2 == 0 ? 4 + below(3) : blocks(), inFlight);
            connectionsLimit = below(4) == 0 ? 3 + below(4) : 100;
            blocking = serverKind == HttpClient.ServerKind.WORKERS
                    ? null
                    : BlockingHandlers.of(weir, new Handlers(world, weir.group().parking()), inFlight);
            server = HttpServer.open(weir, settings(), blocking == null ? new Workers(world, weir.group()) : blocking);
            int people = 6 + below(4);
            for (int i = 0; i < people; i++) {
                clients.add(new HttpClient(world, network, PORT, i, serverKind));
            }
            hog = new Hog(world, weir.group().budget().pool());
            for (HttpClient client : clients) world.add(client, 2);
            world.add(hog, 1);
            // Why: in a few seeds only, for the others are about the memory that was planned.
            if (isForLatecomers()) {
                for (int i = 0; i < 2; i++) {
                    latecomers.add(new Latecomer(world, weir.group().budget()));
                }
            }
            for (Latecomer one : latecomers) world.add(one, 1);
            world.checker().add("I-8", () -> tooMany(inFlight));
            world.checker().add("I-9", this::miscounted);
            rosterReader = new RosterReader(world, weir);
            rosterReader.start();
        }

        private boolean isForLatecomers() {
            return world.seed() % 4 == 1;
        }

        private int blocks() {
            return isForLatecomers() ? LATECOMERS_BLOCKS : PLENTY_BLOCKS;
        }

        private int inFlight() {
            return blocking == null ? 0 : blocking.inFlight();
        }

        private Weir open(int loops, int blocks, int inFlight) {
            var charge = BlockingHandlers.charge(inFlight);
            return open(charged(loops, bytes(loops, blocks) + charge.bytes())
                    .withMemory(memory(blocks < PLENTY_BLOCKS ? 3 : 8))
                    .withCharge(charge));
        }

        private ServerSettings settings() {
            return ServerSettings.at(Endpoint.of("127.0.0.1", PORT))
                    .withName("sim")
                    .withConnectionsMax(connectionsLimit)
                    .withLimits(new HeadLimits(8 * 1024, 50))
                    .withHeaderTimeout(seconds(5 + below(10)))
                    .withIdleTimeout(seconds(5 + below(55)))
                    // Why: mostly none, because an answer that is lost must not be hidden by it.
                    .withAnswerTimeout(below(4) == 0 ? seconds(10 + below(110)) : Duration.ZERO)
                    .withBodyTimeout(seconds(5 + below(25)));
        }

        void play() {
            STORM.over(world);
            switch (below(7)) {
                case 0, 1 -> closeMeanwhile();
                case 4 -> die();
                case 2 -> drainMeanwhile();
                case 3 -> closeInOrder();
                default -> healAndServe();
            }
        }

        /// Closes everything while handlers run: when close returns nothing is left except handlers that ignore
        /// interrupts, which are named.
        private void closeMeanwhile() {
            stop();
            if (!world.faults().happens(Fault.CLOSED_MEANWHILE)) {
                healAndServe();
                return;
            }
            hog.letGo();
            latecomers.forEach(Latecomer::stop);
            boolean waits = below(2) == 0;
            CloseReport report = weir.close(waits ? Deadline.NEVER : in(below(3)));
            List<String> alive = world.threads().alive();
            for (String name : alive) {
                if (report.survivors().stream().noneMatch(words -> words.contains(name))) {
                    throw world.broken("I-10", name + " runs on, and the report is " + report);
                }
            }
            if (alive.isEmpty() != report.isClean()) throw world.broken("I-10", "running " + alive + ", and " + report);
            heal();
            until(() -> world.threads().alive().isEmpty(), "the last handler has returned");
            close();
        }

        /// The runtime is closed from a thread beside, while its loops, handlers and clients go on: at the
        /// deadline nothing is left, and where nothing was cut every answer is whole.
        private void closeInOrder() {
            stop();
            hog.stop();
            latecomers.forEach(Latecomer::stop);
            rosterReader.stop();
            boolean heals = below(2) == 0;
            if (heals) world.heal();
            long beganNanos = world.clock().nanoTime();
            int seconds = below(90);
            var closing = weir.startClose(in(seconds));
            if (!heals) {
                for (int i = 0; i < 300; i++) world.step();
                world.heal();
            }
            until(closing::isDone, "a close with a deadline has ended");
            long tookSeconds = (world.clock().nanoTime() - beganNanos) / 1_000_000_000L;
            CloseReport report = closing.join();
            boolean isEarly = tookSeconds < seconds;
            var cut = report.cut().stream()
                    .filter(line -> !line.startsWith("roster reader"))
                    // Why: a worker may go on after the exchange it was started for; nobody waits for it.
                    .filter(line -> !line.startsWith("worker of"))
                    .toList();
            if (isEarly && !cut.isEmpty()) {
                throw world.broken("I-10", "cut after " + tookSeconds + " s of " + seconds + ": " + cut);
            }
            if (!isEarly && heals && tookSeconds > seconds + 60) {
                throw world.broken("I-10", "a close of " + seconds + " s took " + tookSeconds + " s");
            }
            finish("every exchange has an outcome");
            until(() -> world.threads().alive().isEmpty(), "the last handler has returned");
            close();
        }

        /// A loop fails while handlers run: the runtime closes itself and reports why, and every connection is
        /// closed.
        private void die() {
            stop();
            if (!world.faults().happens(Fault.LOOP_DIES)) {
                healAndServe();
                return;
            }
            hog.stop();
            latecomers.forEach(Latecomer::stop);
            rosterReader.stop();
            kill(weir.group());
            until(() -> world.threads().alive().isEmpty(), "the last handler has returned");
            CloseReport report = weir.close(Deadline.NEVER);
            if (report.failures().isEmpty() || !report.isClean()) throw world.broken("I-10", "a dead loop: " + report);
            world.requireNothingLeft();
        }

        /// Drains: no new client is accepted, and connected ones are served to the end.
        private void drainMeanwhile() {
            stop();
            latecomers.forEach(Latecomer::stop);
            server.drain();
            for (int i = 0; i < 200; i++) world.step();
            heal();
            until(() -> server.connections() == 0, "all clients have left the draining server");
            end();
        }

        private void healAndServe() {
            latecomers.forEach(Latecomer::stop);
            heal();
            until(() -> inFlight() == 0, "every handler has answered or given up");
            world.settle();
            for (HttpClient client : clients) {
                serve(client);
                // Why: so that the limit of connections lets the next one in.
                client.drop(false);
                world.settle();
            }
            world.settle();
            world.requireDescriptorsCounted();
            end();
        }

        private void end() {
            for (HttpClient client : clients) client.drop(false);
            hog.letGo();
            latecomers.forEach(Latecomer::stop);
            rosterReader.stop();
            until(() -> world.threads().alive().isEmpty(), "every thread has ended");
            world.settle();
            if (server.connections() != 0 || inFlight() != 0) {
                throw world.broken("I-9", "all have left, and inside are " + server.connections() + ", " + inFlight());
            }
            requireNothingHeld(weir.group());
            close();
        }

        private void close() {
            requireClean(weir.close(Deadline.NEVER));
            world.requireNothingLeft();
        }

        private @Nullable String tooMany(int inFlightMax) {
            int now = inFlight();
            return now < 0 || now > inFlightMax ? now + " in flight of " + inFlightMax : null;
        }

        private @Nullable String miscounted() {
            int inside = server.connections() - server.lingering();
            return inside < 0 || inside > connectionsLimit ? inside + " clients of " + connectionsLimit : null;
        }
    }
}
