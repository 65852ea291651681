package dev.weir.http.client;

import dev.weir.http.codec.HeadLimits;
import dev.weir.http.codec.ResponseHead;
import dev.weir.http.codec.ResponseReader;
import dev.weir.http.codec.ResponseView;
import dev.weir.loop.EventLoop;
import dev.weir.memory.wait.KeptBlocks;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What the exchanges of one client share on one loop.
///
/// **Threads:** confined to its loop.
public final class ClientLoop {
    private final EventLoop loop;
    private final HeadLimits limits;
    private final long stallNanos;
    private final @Nullable KeptBlocks largeHeads;
    private final ResponseView view = new ResponseView();
    private final RetryBudget retries = new RetryBudget();

    /// Makes what they share.
    ///
    /// @param limits of the heads and trailers of answers
    /// @param stallNanos the stall timeout: how long no byte may move while one is due, in nanoseconds
    /// @param largeHeads the blocks for heads that no normal block holds; null when none may be so long
    public ClientLoop(EventLoop loop, HeadLimits limits, long stallNanos, @Nullable KeptBlocks largeHeads) {
        this.loop = loop;
        this.limits = limits;
        this.stallNanos = stallNanos;
        this.largeHeads = largeHeads;
    }

    /// The loop.
    public EventLoop loop() {
        return loop;
    }

    RetryBudget retries() {
        return retries;
    }

    HeadLimits limits() {
        return limits;
    }

    long stallNanos() {
        return stallNanos;
    }

    @Nullable
    KeptBlocks largeHeads() {
        return largeHeads;
    }

    /// Shows the answer's head that lies in `bytes` from `at`; lent until the next call.
    ResponseReader read(ResponseHead decoded, ByteBuffer bytes, int at) {
        return view.of(decoded, bytes, at);
    }
}
