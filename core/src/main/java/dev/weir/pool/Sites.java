package dev.weir.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weir.transport.Endpoint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// The addresses of all origins of pools that belong together: where two have an origin at one address, they
/// share its slots, and how it stands.
///
/// **Threads:** thread-safe.
/// **Limits:** one address for each origin, until it has left and its last connection has ended.
/// **Source:** ADR 33.
public final class Sites {
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final Map<Endpoint, Site> sites = new LinkedHashMap<>();

    private final List<Site.Sharer> wanted = new CopyOnWriteArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();

    /// Sites of pools that are not open yet.
    public Sites() {}

    Object lock() {
        return lock;
    }

    /// `sharer` has an origin at `where` from now on.
    Site join(Endpoint where, Site.Sharer sharer, int cap) {
        synchronized (lock) {
            Site site = sites.computeIfAbsent(where, Site::new);
            site.join(sharer, cap);
            return site;
        }
    }

    /// `sharer` has no origin there any more.
    void leave(Site site, Site.Sharer sharer) {
        synchronized (lock) {
            site.leave(sharer);
            if (site.isForsaken()) sites.remove(site.where());
        }
    }

    /// A slot of `site` is free again; under the lock.
    void free(Site site) {
        synchronized (lock) {
            site.free();
            if (site.isForsaken()) sites.remove(site.where());
        }
    }

    /// How many addresses there are now.
    int count() {
        synchronized (lock) {
            return sites.size();
        }
    }

    /// Serves `one` and all that share a site with it, whoever has waited longest first; on any thread. While
    /// another thread does that, it does this too.
    void serve(Site.Sharer one, long nowNanos) {
        want(one);
        for (Site site : one.sites()) site.sharers().forEach(this::want);
        if (asked.getAndIncrement() != 0) return;
        int seen;
        do {
            seen = asked.get();
            serveWanted(nowNanos);
        } while (asked.addAndGet(-seen) != 0);
    }

    private void want(Site.Sharer one) {
        if (!wanted.contains(one)) wanted.add(one);
    }

    private void serveWanted(long nowNanos) {
        while (!wanted.isEmpty()) {
            Site.Sharer oldest = wanted.getFirst();
            for (Site.Sharer one : wanted) {
                if (one.waitedNanos(nowNanos) > oldest.waitedNanos(nowNanos)) oldest = one;
            }
            // Why: before it is served, so that what happens meanwhile has it served again.
            wanted.remove(oldest);
            oldest.serveOwn();
        }
    }
}
