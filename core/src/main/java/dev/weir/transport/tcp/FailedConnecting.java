package dev.weir.transport.tcp;

import dev.weir.loop.EventLoop;
import dev.weir.loop.Mailbox;
import dev.weir.transport.Connecting;

/// An attempt that could not even begin, for lack of descriptors; told like any other.
final class FailedConnecting implements Connecting {
    private boolean cancelled;

    static FailedConnecting start(String why, EventLoop loop, Connected connected) {
        var attempt = new FailedConnecting();
        loop.post(new Mailbox.Node(() -> {
            if (!attempt.cancelled) connected.outOfDescriptors(why);
        }));
        return attempt;
    }

    @Override
    public void cancel() {
        cancelled = true;
    }
}
