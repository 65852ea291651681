package dev.weir.gateway.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Semaphore;

/// A disk that is as slow, as full and as broken as a test wants.
///
/// **Threads:** thread-safe.
final class GatedTarget implements LogTarget {
    private final Semaphore gate = new Semaphore(0);
    private final Semaphore written = new Semaphore(0);
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private volatile boolean open = true;
    private volatile int failures;
    private volatile int bytesBeforeFailure;

    GatedTarget shut() {
        open = false;
        return this;
    }

    void openForGood() {
        open = true;
        gate.release();
    }

    /// The next write takes so many bytes, the one after it fails.
    void failOnceAfter(int count) {
        bytesBeforeFailure = count;
        failures = 2;
    }

    void awaitWrite() throws InterruptedException {
        written.acquire();
    }

    List<String> lines() {
        synchronized (bytes) {
            return bytes.toString(StandardCharsets.US_ASCII).lines().toList();
        }
    }

    @Override
    public void write(ByteBuffer from) throws IOException {
        try {
            if (!open) gate.acquire();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
        if (failures == 1) {
            failures = 0;
            throw new IOException("No space left on device");
        }
        int count = failures == 2 ? Math.min(bytesBeforeFailure, from.remaining()) : from.remaining();
        if (failures == 2) failures = 1;
        var part = new byte[count];
        from.get(part);
        synchronized (bytes) {
            bytes.writeBytes(part);
        }
        written.release();
    }

    @Override
    public void reopen() {}

    @Override
    public void close() {}
}
