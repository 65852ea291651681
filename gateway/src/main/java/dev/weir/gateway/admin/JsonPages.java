package dev.weir.gateway.admin;

import dev.weir.connection.Roster;
import dev.weir.gateway.metrics.ConnectionCount;
import dev.weir.gateway.metrics.GatewayMetrics;
import dev.weir.gateway.metrics.LoopQuery;
import dev.weir.gateway.metrics.OriginState;
import dev.weir.gateway.metrics.RequestTotals;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/// The pages in JSON, written as streams.
///
/// **Threads:** thread-safe.
/// **Waits:** for the loops whose connections are listed, a second for each; for the reader.
final class JsonPages {
    private static final long NANOS_PER_MICRO = 1_000;
    private static final double MILLIS_PER_SECOND = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    // Why: no recycler pool, because it keeps buffers for each thread, and every page has a new thread.
    private final JsonFactory factory = JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
            .build();

    private final AdminServer.Sources sources;

    JsonPages(AdminServer.Sources sources) {
        this.sources = sources;
    }

    void memory(OutputStream out) {
        try (JsonGenerator json = factory.createGenerator(ObjectWriteContext.empty(), out)) {
            MemoryPage.write(json, sources.weir());
        }
    }

    /// One loop after the other, so that only the rows of one are in memory.
    void connections(OutputStream out) throws InterruptedException {
        try (JsonGenerator json = factory.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartArray();
            for (Roster roster : sources.weir().connections().rosters()) {
                var answers = LoopQuery.ask(sources.weir(), PATIENCE, List.of(roster), ConnectionRow::of);
                for (List<ConnectionRow> rows : answers) rows.forEach(row -> row.write(json));
            }
            json.writeEndArray();
        }
    }

    void status(OutputStream out) throws InterruptedException {
        GatewayMetrics metrics = sources.metrics();
        RequestTotals traffic = metrics.traffic();
        List<ConnectionCount> connections = metrics.connections();
        try (JsonGenerator json = factory.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeBooleanProperty("ready", sources.ready().getAsBoolean());
            json.writeNumberProperty("requests", traffic.requests());
            json.writeNumberProperty("totalMicros", traffic.nanos() / NANOS_PER_MICRO);
            json.writeNumberProperty("bytesIn", traffic.bytesIn());
            json.writeNumberProperty("bytesOut", traffic.bytesOut());
            named(json, "outcomes", traffic.outcomes());
            named(json, "statuses", traffic.statuses());
            buckets(json, traffic.buckets());
            counts(json, connections);
            origins(json, metrics.origins());
            json.writeEndObject();
        }
    }

    private static void named(JsonGenerator json, String name, List<RequestTotals.Named> counts) {
        json.writeObjectPropertyStart(name);
        for (RequestTotals.Named one : counts) json.writeNumberProperty(one.name(), one.requests());
        json.writeEndObject();
    }

    /// The last bucket has no upper bound, which JSON has no number for: its bound is left out.
    private static void buckets(JsonGenerator json, List<RequestTotals.Bucket> buckets) {
        json.writeArrayPropertyStart("latency");
        for (RequestTotals.Bucket bucket : buckets) {
            json.writeStartObject();
            if (Double.isFinite(bucket.seconds())) {
                json.writeNumberProperty("millisMax", Math.round(bucket.seconds() * MILLIS_PER_SECOND));
            }
            json.writeNumberProperty("requests", bucket.requests());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void origins(JsonGenerator json, List<OriginState> origins) {
        json.writeArrayPropertyStart("origins");
        for (OriginState one : origins) {
            json.writeStartObject();
            json.writeStringProperty("upstream", one.upstream());
            json.writeStringProperty("origin", one.origin());
            json.writeStringProperty("state", one.isFailing() ? "refuses" : "ok");
            json.writeNumberProperty("connections", one.connections());
            json.writeNumberProperty("outstanding", one.outstanding());
            json.writeNumberProperty("failed", one.failed());
            json.writeNumberProperty("requests", one.requests());
            json.writeNumberProperty("errors", one.errors());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void counts(JsonGenerator json, List<ConnectionCount> counts) {
        json.writeArrayPropertyStart("connections");
        for (ConnectionCount count : counts) {
            json.writeStartObject();
            json.writeStringProperty("side", count.side().text());
            json.writeStringProperty("upstream", count.upstream());
            json.writeStringProperty("state", count.state().name().toLowerCase(Locale.ROOT));
            json.writeNumberProperty("count", count.connections());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
