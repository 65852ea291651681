package dev.weir.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the JVM itself counts, at one moment.
///
/// @param threadBytes bytes allocated by each thread alive, by its name
/// @param totalBytes bytes allocated by all threads ever, also those that Java does not list
/// @param collections collections of each collector
record Counters(Map<String, Long> threadBytes, long totalBytes, Map<String, Long> collections) {

    /// One thread and what it allocated.
    record Row(String thread, long bytes) {
        /// Whether Weir started it: the loops, the writer of the log, the admin pages.
        boolean isOurs() {
            return thread.startsWith("weir-") || thread.startsWith("admin-");
        }
    }

    /// The counters now.
    static Counters now() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] ids = threads.getAllThreadIds();
        long[] bytes = threads.getThreadAllocatedBytes(ids);
        var named = new LinkedHashMap<String, Long>();
        for (int i = 0; i < ids.length; i++) {
            var thread = threads.getThreadInfo(ids[i]);
            if (thread != null && bytes[i] >= 0) named.merge(thread.getThreadName(), bytes[i], Long::sum);
        }
        var collections = new LinkedHashMap<String, Long>();
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            collections.put(collector.getName(), collector.getCollectionCount());
        }
        return new Counters(named, threads.getTotalThreadAllocatedBytes(), collections);
    }

    /// What each thread allocated since `before`, most first.
    List<Row> since(Counters before) {
        var rows = new ArrayList<Row>();
        threadBytes.forEach(
                (thread, bytes) -> rows.add(new Row(thread, bytes - before.threadBytes.getOrDefault(thread, 0L))));
        rows.sort((left, right) -> Long.compare(right.bytes, left.bytes));
        return rows;
    }

    /// What the JVM's hidden threads and those that ended allocated since `before`.
    long unlistedSince(Counters before) {
        long listed = since(before).stream().mapToLong(Row::bytes).sum();
        return totalBytes - before.totalBytes - listed;
    }

    /// Collections since `before`, by collector.
    Map<String, Long> collectionsSince(Counters before) {
        var since = new LinkedHashMap<String, Long>();
        collections.forEach((name, count) -> since.put(name, count - before.collections.getOrDefault(name, 0L)));
        return since;
    }
}
