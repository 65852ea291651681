package dev.weir.bench.peer;

import dev.weir.memory.BufferPool;
import dev.weir.memory.MemoryBudget;
import dev.weir.memory.MemoryPlan;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import dev.weir.time.Clock;
import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// Taking one buffer of 16 KiB and giving it back, while nobody waits: the calling thread has a cache in each pool.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BlockBenchmark {
    private static final int BYTES = 16 << 10;

    private final MemoryBudget budget = MemoryBudget.open(
            MemoryPlan.of(16 << 20, List.of(), List.of(), MemoryPlan.Settings.DEFAULT), Clock.system(), 1);
    private final BufferPool pool = budget.pool();
    private final ByteBufAllocator pooled = PooledByteBufAllocator.DEFAULT;
    private final ByteBufAllocator adaptive = new AdaptiveByteBufAllocator(true, true);

    /// Ours: a block and its lease, its owner noted.
    @Benchmark
    public int weir() {
        Buffer buffer = pool.tryAcquire(BlockSize.NORMAL, Urgency.DRAIN, 0, "bench");
        if (buffer == null) throw new IllegalStateException("no block");
        int capacity = buffer.bytes().capacity();
        buffer.release();
        return capacity;
    }

    /// Netty's pooled allocator.
    @Benchmark
    public int nettyPooled() {
        return takeFrom(pooled);
    }

    /// Netty's usual allocator since 4.2.
    @Benchmark
    public int nettyAdaptive() {
        return takeFrom(adaptive);
    }

    private static int takeFrom(ByteBufAllocator allocator) {
        var buffer = allocator.directBuffer(BYTES);
        int capacity = buffer.capacity();
        buffer.release();
        return capacity;
    }

    @TearDown
    public void close() {
        budget.close();
    }
}
