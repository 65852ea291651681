package dev.weir.runtime;

import dev.weir.connection.ChargeRequest;
import dev.weir.connection.Starvation;
import dev.weir.memory.MemoryPlan;
import dev.weir.memory.MemorySize;
import dev.weir.memory.block.MemoryDebug;
import dev.weir.memory.wait.FairBy;
import dev.weir.transport.tcp.TcpService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What a runtime is opened with. Begin with [#of] and change what is to differ.
///
/// **Threads:** immutable.
///
/// @param name begins the names of its threads
/// @param loops event loops, at least 1
/// @param memoryBytes the budget
/// @param connectionsMax connections of all servers together that are charged, each with a running exchange; zero
///     when none are
/// @param charges what else is counted by its limit
/// @param memory how the rest of the budget is cut
/// @param largeHeads how many blocks are kept for heads that no normal block holds
/// @param starveAfter how long a waiter waits for memory before a connection that holds some and moves no byte is
///     closed for it
/// @param network what it is opened over: the name of a [NetworkService]
public record WeirSettings(
        String name,
        int loops,
        long memoryBytes,
        int connectionsMax,
        List<MemoryPlan.Line> charges,
        MemoryPlan.Settings memory,
        LargeHeads largeHeads,
        Duration starveAfter,
        String network) {
    /// Heap bytes of one idle connection over TCP, as measured: its conversation, its transport, the JDK's channel
    /// and key, its entries.
    public static final long CONNECTION_BYTES = ChargeRequest.CONNECTION_BYTES;

    /// Heap bytes of one running exchange of a server with the default limits of a head.
    public static final long EXCHANGE_BYTES = ChargeRequest.EXCHANGE_BYTES;

    /// The purpose of the charge that servers take their connections and exchanges from.
    public static final String CONNECTIONS = ChargeRequest.CONNECTIONS;

    /// The budget where nothing else is asked for: 64 MiB.
    public static final MemorySize MEMORY = MemorySize.mebibytes(64);

    /// The most connections that are charged where no number is asked for.
    private static final int CONNECTIONS_USUAL = 8_000;

    /// Copies the list, refuses nonsense.
    public WeirSettings {
        charges = List.copyOf(charges);
        if (loops < 1) throw new IllegalArgumentException("loops must be at least 1, was " + loops);
        if (connectionsMax < 0) {
            throw new IllegalArgumentException("connectionsMax must not be negative, was " + connectionsMax);
        }
        Starvation.requireLimit(starveAfter);
    }

    /// A loop for each core, 64 MiB of memory, and as many connections, each with a running exchange, as half
    /// of that carries, at most 8 000.
    public static WeirSettings of(String name) {
        return of(name, MEMORY);
    }

    /// A loop for each core, and as many connections, each with a running exchange, as half of the memory
    /// carries, at most 8 000.
    ///
    /// @param memory the budget
    public static WeirSettings of(String name, MemorySize memory) {
        long carried = memory.bytes() / 2 / (CONNECTION_BYTES + EXCHANGE_BYTES);
        return of(name, memory.bytes(), Math.clamp(carried, 1, CONNECTIONS_USUAL));
    }

    /// A loop for each core, nothing charged, all of the budget for blocks. Servers and pools of connections
    /// take what they are charged from the slabs, unless the runtime has lines of its own for them
    /// ([#withCharge]).
    public static WeirSettings of(String name, long memoryBytes) {
        return new WeirSettings(
                name,
                Runtime.getRuntime().availableProcessors(),
                memoryBytes,
                0,
                List.of(),
                MemoryPlan.Settings.DEFAULT,
                LargeHeads.NONE,
                Starvation.LIMIT,
                TcpService.NAME);
    }

    /// A loop for each core, connections charged, each with a running exchange, and the rest for blocks.
    /// Servers and pools of the runtime take their connections from these when they are opened; what one wants
    /// more than are left comes out of the slabs, or it is refused.
    ///
    /// @param connectionsMax connections of all of them together, at least 1
    public static WeirSettings of(String name, long memoryBytes, int connectionsMax) {
        if (connectionsMax < 1) {
            throw new IllegalArgumentException("connectionsMax must be at least 1, was " + connectionsMax);
        }
        return of(name, memoryBytes).withConnectionsMax(connectionsMax);
    }

    /// The bytes of a budget that are charged for this many connections, their exchanges and their lingering
    /// places.
    ///
    /// @param connectionsMax connections of all servers together, at least 1
    /// @param loops event loops, at least 1
    public static long connectionsBytes(int connectionsMax, int loops) {
        return ChargeRequest.shared(connectionsMax, loops).stream()
                .mapToLong(MemoryPlan.Line::bytes)
                .sum();
    }

    /// These settings with other connections charged.
    ///
    /// @param count connections of all servers and pools together; zero for none
    public WeirSettings withConnectionsMax(int count) {
        return new WeirSettings(name, loops, memoryBytes, count, charges, memory, largeHeads, starveAfter, network);
    }

    /// These settings with other loops.
    ///
    /// @param count event loops, at least 1
    public WeirSettings withLoops(int count) {
        return new WeirSettings(
                name, count, memoryBytes, connectionsMax, charges, memory, largeHeads, starveAfter, network);
    }

    /// These settings with one more charge.
    public WeirSettings withCharge(MemoryPlan.Line charge) {
        return withCharges(List.of(charge));
    }

    /// These settings with more charges.
    public WeirSettings withCharges(List<MemoryPlan.Line> added) {
        var more = new ArrayList<>(charges);
        more.addAll(added);
        return new WeirSettings(
                name, loops, memoryBytes, connectionsMax, more, memory, largeHeads, starveAfter, network);
    }

    /// These settings with a budget that is cut in another way.
    public WeirSettings withMemory(MemoryPlan.Settings other) {
        return new WeirSettings(
                name, loops, memoryBytes, connectionsMax, charges, other, largeHeads, starveAfter, network);
    }

    /// These settings with another order among waiters for memory.
    public WeirSettings withFairBy(FairBy fairBy) {
        return withMemory(memory.withFairBy(fairBy));
    }

    /// These settings, and messages that must be whole may be assembled.
    ///
    /// @param bytesMax the longest of them, in bytes; a quarter of the assembly share at most, which is half of the
    ///     blocks outside the reserve
    public WeirSettings withWholeMessages(int bytesMax) {
        return withMemory(memory.withWholeMessages(bytesMax));
    }

    /// These settings, and slabs never retire for what is opened later: an opening that wants more connections
    /// than are charged is refused.
    public WeirSettings withFixedSlabs() {
        return withMemory(memory.withFixedSlabs());
    }

    /// These settings, and heads may be longer than a normal block holds, up to 64 KiB.
    ///
    /// @param heads how many blocks of 68 KiB are kept for them
    public WeirSettings withLargeHeads(LargeHeads heads) {
        return new WeirSettings(name, loops, memoryBytes, connectionsMax, charges, memory, heads, starveAfter, network);
    }

    /// These settings with memory that is debugged.
    public WeirSettings withDebug(MemoryDebug debug) {
        return withMemory(memory.withDebug(debug));
    }

    /// These settings with another limit of waiting.
    ///
    /// @param limit how long a waiter waits before another is closed for it, at least 1 ms
    public WeirSettings withStarveAfter(Duration limit) {
        return new WeirSettings(name, loops, memoryBytes, connectionsMax, charges, memory, largeHeads, limit, network);
    }

    /// These settings over another network.
    ///
    /// @param other the name of a [NetworkService] on the path, such as `tcp`; looked for when the runtime is
    ///     opened
    public WeirSettings withNetwork(String other) {
        return new WeirSettings(
                name, loops, memoryBytes, connectionsMax, charges, memory, largeHeads, starveAfter, other);
    }
}
