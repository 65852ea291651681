package dev.weir.bench.peer;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Threads of Netty's own kind for JMH, as in Netty's own benchmarks: its caches and its recycler serve no others
/// fully.
public final class NettyThreads extends ThreadPoolExecutor {
    /// @param count how many threads
    /// @param prefix of their names
    public NettyThreads(int count, String prefix) {
        super(count, count, 0, TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), new DefaultThreadFactory(prefix));
    }
}
