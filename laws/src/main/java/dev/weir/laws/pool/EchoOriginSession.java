package dev.weir.laws.pool;

import dev.weir.testing.sim.SimOrigin;
import dev.weir.testing.sim.World;
import dev.weir.testing.sim.net.SimPeer;
import org.jspecify.annotations.Nullable;

/// Echoes the token of each received frame.
final class EchoOriginSession implements SimOrigin.Session {
    /// The token of an unsolicited answer.
    static final long STRAY = 0x57A7;

    private static final int FILLER_AT = 8;

    private final World world;

    EchoOriginSession(World world) {
        this.world = world;
    }

    static SimOrigin.Protocol protocol(World world) {
        return new SimOrigin.Protocol() {
            @Override
            public SimOrigin.Session newSession() {
                return new EchoOriginSession(world);
            }

            @Override
            public byte[] stray() {
                return TokenFrames.encode(STRAY, 3);
            }
        };
    }

    @Override
    public byte @Nullable [] answer(SimPeer peer) {
        if (peer.received() < TokenFrames.HEAD_BYTES) return null;
        long token = number(peer, 0, FILLER_AT);
        int length = TokenFrames.bytes((int) number(peer, FILLER_AT, TokenFrames.HEAD_BYTES));
        if (peer.received() < length) return null;
        if (number(peer, length - TokenFrames.TAIL_BYTES, length) != token) {
            throw world.broken("I-7", "a request ends with the token of another");
        }
        peer.consume(length);
        world.exchanges().seen(token);
        boolean large = world.chance().below(3) == 0;
        return TokenFrames.encode(token, large ? world.chance().below(Caller.FILLER_MAX) : 5);
    }

    private static long number(SimPeer peer, int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++) number = (number << 8) | (peer.at(i) & 0xFF);
        return number;
    }

    @Override
    public void corrupt(byte[] answer) {
        answer[FILLER_AT] = -1;
    }

    @Override
    public boolean endsWithConnection() {
        return false;
    }
}
