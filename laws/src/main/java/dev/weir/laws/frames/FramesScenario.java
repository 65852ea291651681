package dev.weir.laws.frames;

import dev.weir.connection.Connection;
import dev.weir.connection.ConnectionRole;
import dev.weir.laws.play.Hog;
import dev.weir.laws.play.Play;
import dev.weir.loop.EventLoop;
import dev.weir.memory.AssemblyShare;
import dev.weir.memory.MemoryPlan;
import dev.weir.memory.block.BlockSize;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;
import dev.weir.testing.sim.Scenario;
import dev.weir.testing.sim.Storm;
import dev.weir.testing.sim.World;
import dev.weir.time.Deadline;
import dev.weir.transport.Acceptor;
import dev.weir.transport.Endpoint;
import dev.weir.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Clients send messages that must be whole to an echo on one or two loops, which has memory for four of the
/// longest: at least eight clients, thirty messages and five faults a seed.
public final class FramesScenario implements Scenario {
    private static final Storm STORM = new Storm(30, 5, 3000, 8);
    private static final int FIRST_PORT = 7000;
    private static final int BACKLOG = 64;
    private static final int RESERVE_BLOCKS = 3;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final Duration HEALING = Duration.ofMinutes(10);

    /// The scenario has no state of its own.
    public FramesScenario() {}

    @Override
    public String label() {
        return "frames";
    }

    @Override
    public String purpose() {
        return "whole messages, from more clients than there is memory for";
    }

    @Override
    public void play(World world) {
        new FramesPlay(world).play();
    }

    /// One run.
    private static final class FramesPlay extends Play<FrameClient> {
        private final Weir weir;
        private final AssemblyShare share;
        private final int messageBlocks;
        private final long nanosMax;
        private final List<Acceptor> acceptors = new ArrayList<>();
        private final Hog hog;

        FramesPlay(World world) {
            super(world, 200 + world.chance().below(8000), HEALING);
            messageBlocks = 1 + below(3);
            nanosMax = (3 + below(30)) * NANOS_PER_SECOND;
            weir = open(1 + below(2));
            world.watch(weir.connections());
            share = weir.group().budget().pool().assembly();
            for (EventLoop loop : weir.group().loops()) listen(loop);
            int people = 8 + below(8);
            for (int i = 0; i < people; i++) {
                int port = FIRST_PORT + i % acceptors.size();
                clients.add(new FrameClient(world, network, port, bytesMax()));
            }
            hog = new Hog(world, weir.group().budget().pool());
            for (FrameClient client : clients) world.add(client, 1);
            world.add(hog, 1);
            world.checker().add("I-1", this::tooMany);
        }

        private int bytesMax() {
            return messageBlocks * BlockSize.NORMAL.bytes();
        }

        private Weir open(int loops) {
            int blocks = RESERVE_BLOCKS + 2 * 4 * messageBlocks + below(4);
            var memory = MemoryPlan.Settings.DEFAULT
                    .withSlabBytes(BlockSize.NORMAL.bytes())
                    .withReserveBlocks(RESERVE_BLOCKS);
            return open(WeirSettings.of("sim", bytes(loops, blocks))
                    .withLoops(loops)
                    .withMemory(memory)
                    .withWholeMessages(bytesMax()));
        }

        private void listen(EventLoop loop) {
            var address = Endpoint.of("127.0.0.1", FIRST_PORT + acceptors.size());
            acceptors.add(network.listen(address, BACKLOG, loop, new Acceptor.Listener() {
                @Override
                public void accepted(Transport transport) {
                    var opening = new Connection.Opening(
                            ConnectionRole.other("echo"), transport, one -> new MessageEcho(one, bytesMax(), nanosMax));
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
            heal();
            world.settle();
            everybodyAtOnce();
            world.requireDescriptorsCounted();
            end();
        }

        /// All send the longest message at the same time, and all get it back.
        private void everybodyAtOnce() {
            int before = replied();
            clients.forEach(FrameClient::begin);
            finish("every client has its longest message back");
            int replied = replied() - before;
            if (replied == clients.size()) return;
            throw world.broken("liveness", replied + " of " + clients.size() + " got their message back after healing");
        }

        private void end() {
            clients.forEach(FrameClient::leave);
            hog.letGo();
            world.settle();
            if (share.blocksUsed() != 0 || share.stopped() != 0) {
                throw world.broken("I-1", share.blocksUsed() + " blocks are counted after all clients have left");
            }
            requireNothingHeld(weir.group());
            for (int i = 0; i < acceptors.size(); i++) {
                weir.group().execute(weir.group().loops().get(i), acceptors.get(i)::close);
            }
            world.settle();
            requireClean(weir.close(Deadline.NEVER));
            world.requireNothingLeft();
        }

        private @Nullable String tooMany() {
            int used = share.blocksUsed();
            int most = weir.group().budget().plan().assemblyBlocks();
            return used < 0 || used > most ? used + " blocks are counted of a share of " + most : null;
        }
    }
}
