package dev.weir.gateway.admin;

import dev.weir.connection.Connection;
import dev.weir.connection.ConnectionRole;
import dev.weir.memory.Holdings;
import dev.weir.memory.MemoryBudget;
import dev.weir.memory.MemoryPlan;
import dev.weir.memory.Usage;
import dev.weir.memory.block.Account;
import dev.weir.runtime.Weir;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;

/// The memory page in JSON: who holds memory, who waits for it, and how it was planned. No loop is asked, so
/// the page works when loops are stuck.
///
/// **Limits:** the 20 connections that hold most.
final class MemoryPage {
    private static final int CONNECTIONS_MAX = 20;
    private static final long NANOS_PER_MICRO = 1_000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private MemoryPage() {}

    static void write(JsonGenerator json, Weir weir) {
        MemoryBudget budget = weir.group().budget();
        Usage usage = budget.usage();
        Holdings holdings = budget.holdings(CONNECTIONS_MAX);
        json.writeStartObject();
        sums(json, usage, holdings);
        plan(json, budget.plan());
        purposes(json, holdings.purposes());
        connections(json, holdings.accounts());
        json.writeStringProperty("fairBy", budget.plan().fairBy().name().toLowerCase(Locale.ROOT));
        waits(json, usage);
        json.writeNumberProperty("starved", weir.connections().starved());
        json.writeEndObject();
    }

    private static void sums(JsonGenerator json, Usage usage, Holdings holdings) {
        json.writeNumberProperty("budgetBytes", usage.budgetBytes());
        json.writeNumberProperty("usedBytes", usage.usedBytes());
        json.writeNumberProperty("peakBytes", usage.peakBytes());
        json.writeNumberProperty("blocksBytes", holdings.all().bytes());
        json.writeNumberProperty("slabsBytes", usage.slabsBytes());
        json.writeNumberProperty("reserveBytes", usage.reserveBytes());
        json.writeNumberProperty("reserveUsedBytes", usage.reserveOutBytes());
    }

    private static void plan(JsonGenerator json, MemoryPlan plan) {
        json.writeArrayPropertyStart("plan");
        plan.fixed().forEach(line -> line(json, "fixed", line));
        plan.charges().forEach(line -> line(json, "charge", line));
        line(json, "slabs", new MemoryPlan.Line("blocks of all sizes", plan.slabs(), plan.slabBytes()));
        line(json, "unused", new MemoryPlan.Line("less than one slab", 1, plan.unusedBytes()));
        json.writeEndArray();
    }

    private static void line(JsonGenerator json, String part, MemoryPlan.Line line) {
        json.writeStartObject();
        json.writeStringProperty("part", part);
        json.writeStringProperty("purpose", line.purpose());
        json.writeNumberProperty("count", line.count());
        json.writeNumberProperty("eachBytes", line.eachBytes());
        json.writeNumberProperty("bytes", line.bytes());
        json.writeEndObject();
    }

    private static void purposes(JsonGenerator json, List<Holdings.ByPurpose> purposes) {
        json.writeArrayPropertyStart("purposes");
        for (Holdings.ByPurpose one : purposes) {
            json.writeStartObject();
            json.writeStringProperty("purpose", one.purpose());
            held(json, one.held());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void connections(JsonGenerator json, List<Holdings.ByAccount> accounts) {
        json.writeArrayPropertyStart("connections");
        for (Holdings.ByAccount one : accounts) {
            ConnectionRole role = role(one.account());
            json.writeStartObject();
            json.writeNumberProperty("id", one.account().id());
            json.writeStringProperty("side", role.side().text());
            if (role.upstream().isEmpty()) json.writeNullProperty("upstream");
            else json.writeStringProperty("upstream", role.upstream());
            if (one.account() instanceof Connection connection) {
                json.writeStringProperty("peer", connection.peer().toString());
            }
            held(json, one.held());
            json.writeArrayPropertyStart("purposes");
            one.purposes().forEach(json::writeString);
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static ConnectionRole role(Account account) {
        return account instanceof Connection connection ? connection.role() : ConnectionRole.other(account.label());
    }

    /// The age is left out for a block without one.
    private static void held(JsonGenerator json, Holdings.Held held) {
        json.writeNumberProperty("blocks", held.blocks());
        json.writeNumberProperty("bytes", held.bytes());
        if (held.ageNanos() == Holdings.AGE_UNKNOWN) json.writeNullProperty("oldestMillis");
        else json.writeNumberProperty("oldestMillis", held.ageNanos() / NANOS_PER_MILLI);
    }

    private static void waits(JsonGenerator json, Usage usage) {
        Usage.Waiting waiters = usage.waiters();
        byUrgency(json, "waiters", waiters.drain(), waiters.response(), waiters.handle(), waiters.intake());
        json.writeNumberProperty("oldestWaitMicros", micros(usage.oldestWaitNanos()));
        Usage.Oldest oldest = usage.oldest();
        byUrgency(
                json,
                "oldestMicros",
                micros(oldest.drain()),
                micros(oldest.response()),
                micros(oldest.handle()),
                micros(oldest.intake()));
        json.writeNumberProperty("grants", usage.grants());
        json.writeNumberProperty("passedOn", usage.passedOn());
        json.writeNumberProperty("gaveUp", usage.gaveUp().total());
        json.writeObjectPropertyStart("gaveUpWhy");
        json.writeNumberProperty("timedOut", usage.gaveUp().timedOut());
        json.writeNumberProperty("ended", usage.gaveUp().ended());
        json.writeEndObject();
    }

    private static long micros(long nanos) {
        return nanos / NANOS_PER_MICRO;
    }

    private static void byUrgency(JsonGenerator json, String name, long... counts) {
        json.writeObjectPropertyStart(name);
        String[] urgencies = {"drain", "response", "handle", "intake"};
        for (int i = 0; i < urgencies.length; i++) json.writeNumberProperty(urgencies[i], counts[i]);
        json.writeEndObject();
    }
}
