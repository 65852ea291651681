package dev.weir.laws.frames;

import dev.weir.connection.Connection;
import dev.weir.laws.http.Hog;
import dev.weir.loop.CloseReport;
import dev.weir.loop.EventLoop;
import dev.weir.loop.LoopGroup;
import dev.weir.memory.AssemblyShare;
import dev.weir.memory.BlockSize;
import dev.weir.memory.MemoryPlan;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;
import dev.weir.testing.sim.ExchangeBook;
import dev.weir.testing.sim.Scenario;
import dev.weir.testing.sim.SimNetwork;
import dev.weir.testing.sim.Storm;
import dev.weir.testing.sim.World;
import dev.weir.time.Deadline;
import dev.weir.transport.Acceptor;
import dev.weir.transport.Transport;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Clients send messages that must be whole to an echo on one or two loops, which has memory for four of the
/// longest: at least eight clients, thirty messages and five faults a seed.
public final class FramesScenario implements Scenario {
    private static final Storm STORM = new Storm(30, 5, 3000, 8);
    private static final int PORT = 7000;
    private static final int BACKLOG = 64;
    private static final int RESERVE_BLOCKS = 3;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long HEALING_NANOS = 600 * NANOS_PER_SECOND;

    /// The scenario has no state of its own.
    public FramesScenario() {}

    @Override
    public String label() {
        return "frames";
    }

    @Override
    public String purpose() {
        return "messages that must be whole, from more clients than there is memory for";
    }

    @Override
    public void play(World world) {
        new Play(world).play();
    }

    /// One run.
    private static final class Play {
        private final World world;
        private final SimNetwork network;
        private final Weir weir;
        private final AssemblyShare share;
        private final int messageBlocks;
        private final long nanosMax;
        private final List<Acceptor> acceptors = new ArrayList<>();
        private final List<FrameClient> clients = new ArrayList<>();
        private final Hog hog;

        Play(World world) {
            this.world = world;
            network = world.network(200 + below(8000));
            messageBlocks = 1 + below(3);
            nanosMax = (3 + below(30)) * NANOS_PER_SECOND;
            weir = open(1 + below(2));
            world.add(weir.group());
            world.watch(weir.connections());
            share = weir.group().budget().pool().assembly();
            for (EventLoop loop : weir.group().loops()) listen(loop);
            int people = 8 + below(8);
            for (int i = 0; i < people; i++) {
                int port = PORT + i % acceptors.size();
                clients.add(new FrameClient(world, network, port, bytesMax()));
            }
            hog = new Hog(world, weir.group().budget().pool());
            for (FrameClient client : clients) world.add(client, 1);
            world.add(hog, 1);
            world.checker().add("I-1", this::tooMany);
        }

        private int below(int bound) {
            return world.chance().below(bound);
        }

        private int bytesMax() {
            return messageBlocks * BlockSize.NORMAL.bytes();
        }

        private Weir open(int loops) {
            int normal = BlockSize.NORMAL.bytes();
            int blocks = RESERVE_BLOCKS + 2 * 4 * messageBlocks + below(4);
            var memory = MemoryPlan.Settings.DEFAULT.withSlabBytes(normal).withReserveBlocks(RESERVE_BLOCKS);
            long bytes = EventLoop.fixedBytes(loops) + (long) blocks * normal;
            var settings = WeirSettings.of("sim", bytes)
                    .withLoops(loops)
                    .withMemory(memory)
                    .withWholeMessages(bytesMax());
            return Weir.open(settings, LoopGroup.Drive.BY_HAND, world.throwingClock(), world.ledger(), network);
        }

        private void listen(EventLoop loop) {
            var address = InetSocketAddress.createUnresolved("127.0.0.1", PORT + acceptors.size());
            acceptors.add(network.listen(address, BACKLOG, loop, new Acceptor.Accepted() {
                @Override
                public void accepted(Transport transport) {
                    var opening = new Connection.Opening(
                            "echo", transport, one -> new MessageEcho(one, bytesMax(), nanosMax));
                    Connection.open(weir.connections(), loop, opening);
                }

                @Override
                public void acceptFailed(String why) {
                    world.trace().note("accept failed", 0, 0);
                }
            }));
        }

        void play() {
            STORM.over(world);
            world.heal();
            clients.forEach(FrameClient::stop);
            untilNoneIsPending("every message has an outcome");
            world.settle();
            everybodyAtOnce();
            world.requireDescriptorsCounted();
            end();
        }

        /// All send the longest message at the same time, and all get it back.
        private void everybodyAtOnce() {
            int before = world.exchanges().count(ExchangeBook.Outcome.REPLIED);
            clients.forEach(FrameClient::beginLongest);
            untilNoneIsPending("everybody has his longest message back");
            int replied = world.exchanges().count(ExchangeBook.Outcome.REPLIED) - before;
            if (replied == clients.size()) return;
            throw world.broken("liveness", replied + " of " + clients.size() + " got their message back after healing");
        }

        private void untilNoneIsPending(String what) {
            world.until(() -> clients.stream().noneMatch(FrameClient::isPending), HEALING_NANOS, what);
        }

        private void end() {
            clients.forEach(FrameClient::leave);
            hog.letGo();
            world.settle();
            if (share.blocksUsed() != 0 || share.stopped() != 0) {
                throw world.broken("I-1", share.blocksUsed() + " blocks are counted when nobody is there");
            }
            if (weir.group().budget().pool().buffersLive() != 0) {
                throw world.broken(
                        "I-1", "blocks are held: " + weir.group().budget().owners());
            }
            for (int i = 0; i < acceptors.size(); i++) {
                weir.group().tell(weir.group().loops().get(i), acceptors.get(i)::close);
            }
            world.settle();
            CloseReport report = weir.close(Deadline.NEVER);
            if (!report.isClean()) throw world.broken("I-10", "survivors: " + report.survivors());
            world.requireNothingLeft();
        }

        private @Nullable String tooMany() {
            int used = share.blocksUsed();
            int most = weir.group().budget().plan().assemblyBlocks();
            return used < 0 || used > most ? used + " blocks are counted of a share of " + most : null;
        }
    }
}
