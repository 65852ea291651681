package dev.weir.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weir.transport.Endpoint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// The addresses of all origins of a group of pools: pools with an origin at the same address share its slots and
/// its health.
///
/// **Threads:** thread-safe.
/// **Limits:** one entry for each address, until its last origin was removed and its last connection has ended.
/// **Source:** ADR 33.
public final class SharedAddresses {
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final Map<Endpoint, SharedAddress> sharedAddresses = new LinkedHashMap<>();

    private final List<SharedAddress.Member> wanted = new CopyOnWriteArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();

    /// Sites of pools that are not open yet.
    public SharedAddresses() {}

    Object lock() {
        return lock;
    }

    /// Notes that `sharer` has an origin at `where` from now on.
    SharedAddress join(Endpoint where, SharedAddress.Member sharer, int cap) {
        synchronized (lock) {
            SharedAddress sharedAddress = sharedAddresses.computeIfAbsent(where, SharedAddress::new);
            sharedAddress.join(sharer, cap);
            return sharedAddress;
        }
    }

    /// Notes that `sharer` has no origin there any more.
    void leave(SharedAddress sharedAddress, SharedAddress.Member sharer) {
        synchronized (lock) {
            sharedAddress.leave(sharer);
            if (sharedAddress.isUnused()) sharedAddresses.remove(sharedAddress.where());
        }
    }

    /// Frees a slot of `sharedAddress`; under the lock.
    void free(SharedAddress sharedAddress) {
        synchronized (lock) {
            sharedAddress.free();
            if (sharedAddress.isUnused()) sharedAddresses.remove(sharedAddress.where());
        }
    }

    /// Serves `one` and all that share a site with it, whoever has waited longest first; on any thread. While
    /// another thread does that, it does this too.
    void serve(SharedAddress.Member one, long nowNanos) {
        want(one);
        for (SharedAddress address : one.sharedAddresses()) address.sharers().forEach(this::want);
        if (asked.getAndIncrement() != 0) return;
        int seen;
        do {
            seen = asked.get();
            serveWanted(nowNanos);
        } while (asked.addAndGet(-seen) != 0);
    }

    private void want(SharedAddress.Member one) {
        if (!wanted.contains(one)) wanted.add(one);
    }

    private void serveWanted(long nowNanos) {
        while (!wanted.isEmpty()) {
            SharedAddress.Member oldest = wanted.getFirst();
            for (SharedAddress.Member one : wanted) {
                if (one.waitedNanos(nowNanos) > oldest.waitedNanos(nowNanos)) oldest = one;
            }
            // Why: before it is served, so that a change in the meantime causes it to be served again.
            wanted.remove(oldest);
            oldest.serveOwn();
        }
    }
}
