package dev.weir.house.planted.low;

import java.net.Socket;
import java.util.concurrent.locks.ReentrantLock;

/// A codec that does what no codec may.
public final class SlowCodec {
    private final ReentrantLock lock = new ReentrantLock();

    public synchronized boolean decode(Socket socket) {
        return lock.isLocked() && socket.isClosed();
    }
}
