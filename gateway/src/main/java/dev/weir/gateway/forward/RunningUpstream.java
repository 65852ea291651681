package dev.weir.gateway.forward;

import dev.weir.gateway.config.Upstream;
import dev.weir.http.codec.HeadEncoder;
import dev.weir.pool.exclusive.ConnectionCache;
import java.util.concurrent.atomic.LongAdder;

/// One upstream ready for use: its connections and how requests to it are treated.
///
/// **Threads:** thread-safe.
public final class RunningUpstream {
    private final Upstream settings;
    private final ConnectionCache cache;
    private final byte[] nameBytes;
    private final long responseNanos;
    private final long continueNanos;
    private final long fieldsBytes;
    private final OriginNames names;
    private final LongAdder interimDropped = new LongAdder();

    /// @param fieldsBytes what the fields of an answer's head may take, as its requests are charged; none
    ///     forwards requests here when it is negative
    RunningUpstream(Upstream settings, ConnectionCache cache, long fieldsBytes, OriginNames names) {
        this.names = names;
        this.fieldsBytes = fieldsBytes;
        this.settings = settings;
        this.cache = cache;
        this.nameBytes = HeadEncoder.ascii(settings.name());
        this.responseNanos = settings.timeouts().response().toNanos();
        this.continueNanos = settings.timeouts().continues().toNanos();
    }

    /// Its name.
    public String name() {
        return settings.name();
    }

    /// Its name, encoded; lent, not to be changed.
    public byte[] nameBytes() {
        return nameBytes;
    }

    /// Its connections.
    public ConnectionCache cache() {
        return cache;
    }

    /// Refuses a listener whose heads are larger than the requests on their way here are charged for.
    RunningUpstream requireFields(long bytes) {
        if (bytes <= fieldsBytes) return this;
        throw new IllegalArgumentException("requests on their way to " + name()
                + " are charged for heads with fields of " + fieldsBytes
                + " bytes, and a listener that routes there allows " + bytes);
    }

    /// Why there is no origin, in words.
    String whyNoOrigin() {
        return "there is no origin: " + names.unknown();
    }

    long responseNanos() {
        return responseNanos;
    }

    /// When the gateway itself lets a client go on that waits for it; 0 for never.
    long continueNanos() {
        return continueNanos;
    }

    boolean passesTrailers() {
        return settings.trailers() == Upstream.Trailers.PASS;
    }

    /// How many interim answers (1xx) of its origins were not passed on.
    public long interimDropped() {
        return interimDropped.sum();
    }

    void dropInterim() {
        interimDropped.increment();
    }

    boolean retriesSafely() {
        return settings.retry() == Upstream.Retry.SAFE;
    }

    /// How long a connection is kept that serves no request.
    long idleNanos() {
        return settings.pool().idle().toNanos();
    }

    Upstream.Reuse reuse() {
        return settings.reuse();
    }

    Upstream.Abandon abandon() {
        return settings.abandon();
    }

    /// How often a request of which nothing was sent is offered to origins.
    int attemptsMax() {
        return cache.origins().size() + 1;
    }
}
