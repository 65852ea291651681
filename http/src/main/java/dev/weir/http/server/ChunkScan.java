package dev.weir.http.server;

import dev.weir.flow.Inflow;
import dev.weir.http.codec.BodyDecoder;
import dev.weir.http.codec.Framing;
import dev.weir.http.codec.HeadLimits;
import dev.weir.loop.EventLoop;
import java.nio.ByteBuffer;

/// Checks whether a chunked body has arrived completely, without changing it: a copy in the loop's scratch is
/// decoded.
///
/// **Threads:** confined to its loop.
final class ChunkScan {
    private final EventLoop loop;
    private final BodyDecoder decoder;

    ChunkScan(EventLoop loop, HeadLimits limits) {
        this.loop = loop;
        this.decoder = new BodyDecoder(limits);
    }

    /// Whether `in` holds a complete body, or a broken one: in both cases there is nothing to wait for.
    boolean isWhole(Inflow in) {
        ByteBuffer copy = loop.readScratch().clear();
        int count = in.to() - in.from();
        if (count > copy.remaining()) return true;
        copy.put(in.bytes().limit(in.to()).position(in.from()));
        decoder.begin(Framing.CHUNKED, 0, BodyDecoder.Mode.DATA);
        int from = 0;
        while (true) {
            int result = decoder.decode(copy, from, count);
            if (result != BodyDecoder.MORE) return true;
            // Why: where nothing was consumed, more bytes are needed.
            if (decoder.consumedTo() == from) return false;
            from = decoder.consumedTo();
        }
    }
}
