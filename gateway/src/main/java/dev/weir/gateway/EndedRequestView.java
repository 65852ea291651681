package dev.weir.gateway;

import dev.weir.gateway.request.RequestRecord;
import dev.weir.gateway.spi.EndedRequest;
import dev.weir.http.server.Ending;
import dev.weir.http.server.ServerExchange;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The view of an ended exchange that one plugin observer gets, valid during the call.
///
/// **Threads:** confined to the exchange's loop.
final class EndedRequestView implements EndedRequest {
    private final @Nullable RequestRecord record;
    private @Nullable ServerExchange exchange;

    EndedRequestView(ServerExchange exchange) {
        this.exchange = exchange;
        this.record = exchange.attachment(RequestRecord.KEY);
    }

    /// Ends the view: from now on every method throws.
    void over() {
        exchange = null;
    }

    private ServerExchange exchange() {
        ServerExchange ended = exchange;
        if (ended == null) throw new IllegalStateException("the request may be used during the call only");
        ended.loop().requireCurrent();
        return ended;
    }

    private @Nullable RequestRecord record() {
        ServerExchange _ = exchange();
        return record;
    }

    @Override
    public @Nullable String id() {
        RequestRecord known = record();
        return known == null ? null : text(known.idBytes(), 0, known.idLength());
    }

    @Override
    public String peer() {
        return exchange().client().peer().toString();
    }

    @Override
    public @Nullable String method() {
        RequestRecord known = record();
        return known == null ? null : text(known.text(), known.methodFrom(), known.methodTo());
    }

    @Override
    public @Nullable String host() {
        RequestRecord known = record();
        return known == null ? null : text(known.text(), known.methodTo(), known.hostTo());
    }

    @Override
    public @Nullable String path() {
        RequestRecord known = record();
        return known == null ? null : text(known.text(), known.hostTo(), known.pathTo());
    }

    @Override
    public int status() {
        return exchange().status();
    }

    @Override
    public @Nullable String upstream() {
        RequestRecord known = record();
        return known == null ? null : textOrNull(known.upstream());
    }

    @Override
    public @Nullable String origin() {
        RequestRecord known = record();
        return known == null ? null : textOrNull(known.origin());
    }

    @Override
    public int attempts() {
        RequestRecord known = record();
        return known == null ? 0 : known.attempts();
    }

    @Override
    public boolean isReused() {
        RequestRecord known = record();
        return known != null && known.isReused();
    }

    @Override
    public long bytesIn() {
        return exchange().bytesIn();
    }

    @Override
    public long bytesOut() {
        return exchange().bytesOut();
    }

    @Override
    public long memoryWaitNanos() {
        return exchange().memoryWaitNanos();
    }

    @Override
    public long poolWaitNanos() {
        RequestRecord known = record();
        return known == null ? 0 : known.poolWaitNanos();
    }

    @Override
    public long connectNanos() {
        RequestRecord known = record();
        return known == null ? 0 : known.connectNanos();
    }

    @Override
    public long responseNanos() {
        RequestRecord known = record();
        return known == null ? 0 : known.responseNanos();
    }

    @Override
    public long totalNanos() {
        ServerExchange ended = exchange();
        return ended.loop().nowNanos() - ended.startedNanos();
    }

    @Override
    public String end() {
        Ending ending = exchange().ending();
        return "" + ending.end().who().letter() + ending.phase().letter();
    }

    @Override
    public String reason() {
        return exchange().ending().reason();
    }

    private static @Nullable String textOrNull(byte[] bytes) {
        return bytes.length == 0 ? null : text(bytes, 0, bytes.length);
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
