package dev.weir.gateway.forward;

import dev.weir.gateway.config.Upstream;
import dev.weir.http.codec.HeadEncoder;
import dev.weir.pool.exclusive.ConnectionCache;
import java.util.concurrent.atomic.LongAdder;

/// One upstream in use: its connection pool and its settings.
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

    /// @param fieldsBytes the most bytes of an answer's header fields, as charged for its requests; negative
    ///     when no listener forwards requests here
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

    /// Refuses a listener whose heads are larger than what forwarded requests to this upstream are charged for.
    RunningUpstream requireFields(long bytes) {
        if (bytes <= fieldsBytes) return this;
        throw new IllegalArgumentException("requests forwarded to " + name()
                + " are charged for heads with fields of " + fieldsBytes
                + " bytes, and a listener that routes there allows " + bytes);
    }

    /// The reason why there is no origin, as text.
    String whyNoOrigin() {
        return "there is no origin: " + names.unknown();
    }

    long responseNanos() {
        return responseNanos;
    }

    /// Nanoseconds until the gateway itself sends 100 Continue; 0 for never.
    long continueNanos() {
        return continueNanos;
    }

    boolean passesTrailers() {
        return settings.trailers() == Upstream.Trailers.PASS;
    }

    /// The number of interim answers (1xx) of its origins that were not forwarded.
    public long interimDropped() {
        return interimDropped.sum();
    }

    void dropInterim() {
        interimDropped.increment();
    }

    boolean retriesSafely() {
        return settings.retry() == Upstream.Retry.SAFE;
    }

    /// How long an idle connection is kept.
    long idleNanos() {
        return settings.pool().idle().toNanos();
    }

    Upstream.Reuse reuse() {
        return settings.reuse();
    }

    Upstream.Abandon abandon() {
        return settings.abandon();
    }

    /// The most attempts for a request of which nothing was sent.
    int attemptsMax() {
        return cache.origins().size() + 1;
    }
}
