package dev.weir.transport.tcp;

import dev.weir.loop.EventLoop;
import dev.weir.loop.Mailbox;
import dev.weir.transport.ConnectAttempt;

/// An attempt that could not begin for lack of descriptors; reported like any other failure.
final class FailedConnectAttempt implements ConnectAttempt {
    private boolean cancelled;

    static FailedConnectAttempt start(String why, EventLoop loop, Listener connected) {
        var attempt = new FailedConnectAttempt();
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
