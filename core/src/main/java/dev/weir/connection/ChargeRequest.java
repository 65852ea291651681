package dev.weir.connection;

import dev.weir.loop.LoopGroup;
import dev.weir.memory.MemoryBudget;
import dev.weir.memory.MemoryPlan;
import dev.weir.memory.Reservation;
import dev.weir.memory.ReservationRequest;
import dev.weir.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a server, a pool or another owner asks of the plan's charges when it is opened: a number of connections,
/// exchanges and the like, each with its bytes. Opening reserves all parts, or is refused.
///
/// A part is taken from the line of the plan that is named after its kind and its owner, such as `connections to
/// web`; if there is none, from the line of its kind alone; if there is none either, from the line `connections`,
/// which serves everything without a line of its own.
///
/// **Threads:** immutable.
/// **Waits:** [#reserve] up to [#RETIRE_TIME], and only where slabs have to become empty first.
/// **Limits:** no line lends to another. If a line has too little left, empty slabs give the rest, unless the plan
/// keeps its slabs fixed; the slabs get it back when the reservation is closed.
/// **Source:** ADR 22.
public final class ChargeRequest {
    /// Heap bytes of one idle connection over TCP, as measured: its conversation, its transport, the JDK's channel
    /// and key, its entries.
    public static final long CONNECTION_BYTES = 1408;

    /// Heap bytes of one running exchange of a server with the default limits of a head.
    public static final long EXCHANGE_BYTES = 2300;

    /// The kind of connections, and the purpose of the charge that serves everything without a line of its own.
    public static final String CONNECTIONS = "connections";

    /// The kind of connections that have sent their last answer and wait for its reader.
    public static final String LINGERING = "lingering";

    /// How long slabs may take to become empty.
    public static final Duration RETIRE_TIME = Duration.ofSeconds(5);

    private static final long UNPAID = -1;

    /// How many servers can share one plan with the minimum of lingering places each.
    private static final int SERVERS = 4;

    private final String who;
    private final String suffix;
    private final List<Part> parts;

    /// A number of objects of one kind, as a line of a plan.
    ///
    /// @param ofConnection whether each belongs to a connection
    private record Part(String kind, MemoryPlan.Line line, boolean ofConnection) {}

    private ChargeRequest(String who, String suffix, List<Part> parts) {
        this.who = who;
        this.suffix = suffix;
        this.parts = parts;
    }

    /// A request for nothing.
    ///
    /// @param who what is to be opened, as messages name it: `server http`
    /// @param suffix the end of the purposes of its own lines, such as ` to web`; may be empty
    public static ChargeRequest of(String who, String suffix) {
        return new ChargeRequest(who, suffix, List.of());
    }

    /// This request and one more part.
    ///
    /// @param kind the kind of object, such as `exchanges`
    /// @param count how many of them at once
    /// @param eachBytes what each takes, in bytes
    public ChargeRequest with(String kind, long count, long eachBytes) {
        return with(kind, count, eachBytes, kind.equals(CONNECTIONS));
    }

    /// This request and one more part, of which each connection has at most one.
    ///
    /// @param kind as for [#with]
    /// @param count how many of them at once, not more than connections
    /// @param eachBytes what each takes, in bytes
    public ChargeRequest withEach(String kind, long count, long eachBytes) {
        return with(kind, count, eachBytes, true);
    }

    private ChargeRequest with(String kind, long count, long eachBytes, boolean ofConnection) {
        var more = new ArrayList<>(parts);
        more.add(new Part(kind, new MemoryPlan.Line(kind + suffix, count, eachBytes), ofConnection));
        return new ChargeRequest(who, suffix, List.copyOf(more));
    }

    /// What several owners take together for connections of which they share the number.
    ///
    /// Each connection is charged for itself and for one part of its owner. The sum of the parts is largest when
    /// the owners with the largest part have as many connections as they may, then those with the next largest:
    /// moving one connection from an owner with a larger part to one with a smaller part never makes the sum
    /// larger. That sum is requested.
    ///
    /// @param who as messages name them
    /// @param suffix what the purpose of the line of connections ends with
    /// @param connectionsMax connections of all of them at once
    /// @param requests the request of each owner alone, with at most one part for each connection
    public static ChargeRequest together(String who, String suffix, long connectionsMax, List<ChargeRequest> requests) {
        var each = new ArrayList<Part>();
        long connections = 0;
        for (ChargeRequest one : requests) {
            List<Part> its =
                    one.parts.stream().filter(ChargeRequest::isOneOfEach).toList();
            if (its.size() > 1) {
                throw new IllegalArgumentException(one.who + " has " + its.size() + " parts for each");
            }
            each.addAll(its);
            connections += one.count(CONNECTIONS);
        }
        each.sort(
                Comparator.comparingLong((Part part) -> part.line().eachBytes()).reversed());
        long left = Math.min(connections, connectionsMax);
        var parts = new ArrayList<Part>();
        parts.add(new Part(CONNECTIONS, new MemoryPlan.Line(CONNECTIONS + suffix, left, CONNECTION_BYTES), true));
        for (Part part : each) {
            MemoryPlan.Line line = part.line();
            long count = Math.min(left, line.count());
            left -= count;
            if (count > 0) {
                parts.add(new Part(part.kind(), new MemoryPlan.Line(line.purpose(), count, line.eachBytes()), true));
            }
        }
        return new ChargeRequest(who, suffix, List.copyOf(parts));
    }

    /// What one of its connections takes, with all that belongs to it, in bytes.
    public long eachBytes() {
        return parts.stream()
                .filter(Part::ofConnection)
                .mapToLong(part -> part.line().eachBytes())
                .sum();
    }

    private static boolean isOneOfEach(Part part) {
        return part.ofConnection() && !part.kind().equals(CONNECTIONS);
    }

    /// What its owner still takes itself if `shared` pays for its connections and the parts of each.
    ///
    /// @throws IllegalArgumentException if `shared` pays too little for a part
    public ChargeRequest beside(ChargeRequest shared) {
        var own = new ArrayList<Part>();
        for (Part part : parts) {
            long paidBytes = part.ofConnection() ? shared.eachBytesMax(part.kind()) : UNPAID;
            if (paidBytes == UNPAID) own.add(part);
            else if (paidBytes < part.line().eachBytes()) {
                throw new IllegalArgumentException(who + " takes " + part.line().eachBytes() + " bytes for each of its "
                        + part.kind() + ", and " + shared.who + " pays " + paidBytes + " for one");
            }
        }
        return new ChargeRequest(who, suffix, List.copyOf(own));
    }

    private long eachBytesMax(String kind) {
        return parts.stream()
                .filter(part -> part.kind().equals(kind))
                .mapToLong(part -> part.line().eachBytes())
                .max()
                .orElse(UNPAID);
    }

    private long count(String kind) {
        return parts.stream()
                .filter(part -> part.kind().equals(kind))
                .mapToLong(part -> part.line().count())
                .sum();
    }

    /// The lines of a plan that has exactly what this request takes.
    public List<MemoryPlan.Line> lines() {
        return parts.stream().map(Part::line).toList();
    }

    /// Refuses a request for fewer connections than the limit that its owner allows.
    ///
    /// @param connectionsMax connections at once
    /// @return this
    public ChargeRequest requireConnections(long connectionsMax) {
        long claimed = count(CONNECTIONS);
        if (claimed >= connectionsMax) return this;
        throw new IllegalArgumentException(
                who + " requests " + claimed + " connections and may have " + connectionsMax + " at once");
    }

    /// Reserves all parts in the plan of `group`; waits up to [#RETIRE_TIME] if slabs have to become empty first.
    ///
    /// @return owned by the caller, who closes it when none of the objects it pays for can be on the heap any more
    /// @throws IllegalArgumentException if the plan has too little left, or no line for a part, and the slabs
    ///     cannot give the rest, or not in time; nothing is taken then, and the message says which number to raise
    /// @throws IllegalStateException if it would have to wait and was called on a loop
    public Reservation reserve(LoopGroup group) {
        return reserve(group, () -> "");
    }

    /// The same, for an owner that can offer another remedy than raising the number.
    ///
    /// @param remedy the other remedy, asked for only if too few connections are left: `, or ...`
    /// @return owned by the caller
    /// @throws IllegalArgumentException as above
    public Reservation reserve(LoopGroup group, Supplier<String> remedy) {
        MemoryBudget budget = group.budget();
        List<MemoryPlan.Line> wanted = from(budget.plan());
        while (true) {
            Reservation taken = budget.tryReserve(wanted);
            if (taken != null) return taken;
            String complaint = complaint(budget, wanted, group.loops().size(), remedy);
            // Why: if nothing is missing any more, another owner gave it back meanwhile; try again.
            if (complaint == null) continue;
            if (!budget.plan().lendsSlabs()) throw new IllegalArgumentException(complaint);
            return reserveFromSlabs(group, wanted, complaint);
        }
    }

    private Reservation reserveFromSlabs(LoopGroup group, List<MemoryPlan.Line> wanted, String complaint) {
        try (ReservationRequest request = group.budget().requestReservation(wanted)) {
            if (!request.isPossible()) {
                throw new IllegalArgumentException(complaint + "; of the slabs " + request.wantedBytes()
                        + " bytes would have to go, and they can spare " + request.possibleBytes());
            }
            if (!request.isTaken()) {
                group.requireMayWait(
                        "opening " + who, "slabs have to become empty for it: open it from a thread of your own");
                // Why: if the caller itself turns the loops, no slab becomes empty while it waits.
                if (group.loopsRunWhileWaiting()) {
                    group.awaitPolling(request::isTaken, Deadline.in(group.clock(), RETIRE_TIME));
                }
            }
            Reservation taken = request.take();
            if (taken != null) return taken;
            throw new IllegalArgumentException(complaint + "; of the slabs " + request.wantedBytes()
                    + " bytes would have to go, and " + request.slabsInUse() + " of them, of "
                    + group.budget().plan().slabBytes() + " bytes each, did not become empty in time");
        }
    }

    /// The lines of a plan for this many connections of servers, each with one running exchange, and for the
    /// lingering places of up to four servers that share the plan.
    ///
    /// @param connectionsMax connections of all servers together, at least 1
    /// @param loops event loops of the runtime
    public static List<MemoryPlan.Line> shared(int connectionsMax, int loops) {
        // Why: small servers have more places than a twentieth of their connections, and each rounds up to whole
        // places on each loop.
        int more = (SERVERS - 1) * (Lingering.places(1, loops) + loops);
        return List.of(
                new MemoryPlan.Line(CONNECTIONS, connectionsMax, CONNECTION_BYTES + EXCHANGE_BYTES),
                new MemoryPlan.Line(LINGERING, Lingering.places(connectionsMax, loops) + more, CONNECTION_BYTES));
    }

    /// The parts as lines, each with the purpose of the line of `plan` that it is taken from.
    private List<MemoryPlan.Line> from(MemoryPlan plan) {
        return parts.stream()
                .map(part -> new MemoryPlan.Line(
                        source(plan, part), part.line().count(), part.line().eachBytes()))
                .toList();
    }

    private static String source(MemoryPlan plan, Part part) {
        if (has(plan, part.line().purpose())) return part.line().purpose();
        return has(plan, part.kind()) ? part.kind() : CONNECTIONS;
    }

    private static boolean has(MemoryPlan plan, String purpose) {
        return plan.charges().stream().anyMatch(line -> line.purpose().equals(purpose));
    }

    private @Nullable String complaint(
            MemoryBudget budget, List<MemoryPlan.Line> wanted, int loops, Supplier<String> remedy) {
        MemoryPlan plan = budget.plan();
        for (MemoryPlan.Line one : wanted) {
            String purpose = one.purpose();
            long wantedBytes = MemoryPlan.bytesOf(wanted, purpose);
            long left = budget.unreservedBytes(purpose);
            if (wantedBytes <= left) continue;
            if (!has(plan, purpose)) return noneCharged(plan, loops);
            if (!purpose.equals(CONNECTIONS)) return tooLittle(plan, one, wantedBytes, left);
            return tooMany(plan, wantedBytes, left, loops) + remedy.get();
        }
        return null;
    }

    private String noneCharged(MemoryPlan plan, int loops) {
        long wanted = 0;
        for (Part part : parts) {
            // Why: the plan that the message proposes contains the lingering places already.
            boolean needsConnections =
                    source(plan, part).equals(CONNECTIONS) && !part.kind().equals(LINGERING);
            if (needsConnections) wanted += part.line().bytes();
        }
        return isToHave() + ", and the memory plan of its runtime charges no connections: "
                + opened(plan, Math.max(1, Math.ceilDiv(wanted, CONNECTION_BYTES + EXCHANGE_BYTES)), loops);
    }

    private String tooMany(MemoryPlan plan, long wantedBytes, long leftBytes, int loops) {
        long each = Math.max(1, eachBytes(plan));
        long planned = plan.chargedBytes(CONNECTIONS);
        return isToHave() + ", which take " + Math.ceilDiv(wantedBytes, each)
                + " of the plan's connections, and of its " + planned / each + " there are " + leftBytes / each
                + " left: " + opened(plan, Math.ceilDiv(planned - leftBytes + wantedBytes, each), loops);
    }

    private static long eachBytes(MemoryPlan plan) {
        return plan.charges().stream()
                .filter(line -> line.purpose().equals(CONNECTIONS))
                .findFirst()
                .orElseThrow()
                .eachBytes();
    }

    /// What to write instead: a plan with enough connections and a budget that leaves as many blocks.
    private static String opened(MemoryPlan plan, long count, int loops) {
        int connections = (int) Math.min(Integer.MAX_VALUE, count);
        long bytes = plan.budgetBytes() - plan.chargedBytes(CONNECTIONS) - plan.chargedBytes(LINGERING);
        for (MemoryPlan.Line line : shared(connections, loops)) bytes += line.bytes();
        return "open the runtime with WeirSettings.of(name, bytes, " + connections + ") and a budget of " + bytes
                + " bytes, which leaves as many blocks as it has now";
    }

    private String tooLittle(MemoryPlan plan, MemoryPlan.Line part, long wantedBytes, long leftBytes) {
        long missing = wantedBytes - leftBytes;
        long more = Math.ceilDiv(missing, Math.max(1, part.eachBytes()));
        return isToHave() + ", which take " + wantedBytes + " bytes of the charge '" + part.purpose()
                + "' of the memory plan, and of its " + plan.chargedBytes(part.purpose()) + " there are " + leftBytes
                + " left: charge " + more + " more of " + part.eachBytes()
                + " bytes there, with WeirSettings.withCharge, and make the budget " + more * part.eachBytes()
                + " bytes larger";
    }

    private String isToHave() {
        return who + " is to have "
                + parts.stream()
                        .map(part -> part.line().count() + " " + part.line().purpose())
                        .collect(Collectors.joining(", "));
    }
}
