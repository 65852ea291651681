package dev.weir.gateway.log;

import dev.weir.http.server.ServerExchange;
import dev.weir.http.server.ServerObserver;
import dev.weir.loop.EventLoop;
import dev.weir.loop.FailureLog;
import dev.weir.loop.LoopGroup;
import dev.weir.memory.MemoryPlan;
import dev.weir.memory.block.BlockSize;
import dev.weir.runtime.Weir;
import dev.weir.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// One line of JSON for each exchange, encoded on the exchange's loop and written by a thread of its own.
///
/// **Owns:** its thread, its target, and the blocks with lines: one of each loop, those queued, one being
/// written. All are released when [#close] returns, or their holder is named in the close report.
/// **Threads:** [#exchangeEnded] is called on the loop of the exchange; the rest is thread-safe.
/// **Waits:** [#close] waits for the writer until its deadline, and for all loops together for half of that
/// time, 2 s at most; nothing else waits.
/// **Limits:** 64 blocks queued, or a sixteenth of all when that is less; lines without a block are dropped and
/// counted. A line reaches the writer at most 100 ms after it was encoded.
/// **Fails:** when the target fails, lines are lost and counted; exchanges are not affected.
/// **Source:** HAProxy's log line with termination codes.
public final class AccessLog implements ServerObserver, AutoCloseable {
    private static final FailureLog LOG = FailureLog.of(AccessLog.class);
    private static final int QUEUE_BLOCKS_MAX = 64;
    private static final Duration CLOSE_TIME = Duration.ofSeconds(2);

    private final LoopGroup group;
    private final List<LogLoop> loops;
    private final LogWriter writer;
    private final Thread writing;
    private final AtomicLong linesDropped;
    private boolean closed;

    private AccessLog(LoopGroup group, List<LogLoop> loops, LogWriter writer, Thread writing, AtomicLong linesDropped) {
        this.group = group;
        this.loops = List.copyOf(loops);
        this.writer = writer;
        this.writing = writing;
        this.linesDropped = linesDropped;
    }

    /// Opens a log in `weir` and starts its thread.
    ///
    /// @param target owned by the log from now on; closed when this throws
    /// @return the log, **owned by the caller**; closed after the servers it observes and before `weir`
    public static AccessLog open(Weir weir, LogTarget target) {
        LoopGroup group = weir.group();
        var linesDropped = new AtomicLong();
        var queue = new LogQueue(queueMax(group.budget().plan()), group.loops().size());
        var writer = new LogWriter(queue, target, group.parking(), linesDropped);
        var loops = new ArrayList<LogLoop>();
        for (EventLoop loop : group.loops()) loops.add(new LogLoop(loop, queue, writer, linesDropped));
        try {
            Thread writing = group.threads().platform(group.loops().getFirst().name() + "-access-log", writer);
            return new AccessLog(group, loops, writer, writing, linesDropped);
        } catch (RuntimeException | Error failure) {
            writer.closeTarget();
            throw failure;
        }
    }

    /// The most blocks that can hold lines: those queued, one of each loop, one being written.
    public static int blocksMax(MemoryPlan plan, int loops) {
        return queueMax(plan) + loops + 1;
    }

    private static int queueMax(MemoryPlan plan) {
        return Math.clamp(plan.blocksMax(BlockSize.NORMAL) / 16, 1, QUEUE_BLOCKS_MAX);
    }

    @Override
    public void exchangeEnded(ServerExchange exchange) {
        loops.get(exchange.loop().index()).exchangeEnded(exchange);
    }

    /// The number of lines that were not written: no memory, a slow disk, a failed disk.
    public long linesDropped() {
        return linesDropped.get();
    }

    /// Asks the writer to close the file, which may have been renamed, and to open a new one; returns before
    /// that is done.
    public void reopen() {
        writer.reopen();
    }

    /// Writes the remaining lines and ends, within 2 s.
    @Override
    public void close() {
        close(Deadline.in(group.clock(), CLOSE_TIME));
    }

    /// Writes the remaining lines until `deadline`, drops the rest, and ends. Later exchanges are not logged.
    /// Closing again does nothing.
    public synchronized void close(Deadline deadline) {
        if (closed) return;
        closed = true;
        try {
            closeLoops(deadline);
            writer.close(writing, deadline);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits for all loops together and only for a part of the time, so that a stuck loop loses its own lines only.
    private void closeLoops(Deadline deadline) throws InterruptedException {
        var left = new AtomicInteger(loops.size());
        var dying = new ArrayList<LogLoop>();
        Thread caller = Thread.currentThread();
        for (int i = 0; i < loops.size(); i++) {
            LogLoop loop = loops.get(i);
            boolean isTold = group.execute(group.loops().get(i), () -> {
                loop.close();
                left.decrementAndGet();
                group.parking().unpark(caller);
            });
            // Why: a loop that is closed or closing hands its lines over by itself.
            if (!isTold) {
                dying.add(loop);
                left.decrementAndGet();
            }
        }
        long half = deadline.leftNanos(group.clock().nanoTime()) / 2;
        var patience = Duration.ofNanos(Math.min(half, CLOSE_TIME.toNanos()));
        boolean all = group.parking()
                .awaitUntil(
                        () -> left.get() == 0 && dying.stream().allMatch(loop -> loop.isDone(caller)),
                        Deadline.in(group.clock(), patience));
        if (!all) LOG.warning("the access log loses the lines of loops that do not respond");
    }
}
