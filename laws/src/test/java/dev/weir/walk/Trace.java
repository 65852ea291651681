package dev.weir.walk;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;

/// What one request has entered, from the moment its client connects until its line is in the log.
final class Trace {
    private static final String REQUEST = "dev.weir.gateway.WalkedRequest";

    private final Map<String, Integer> firstEntries = new LinkedHashMap<>();
    private final Set<String> files = new LinkedHashSet<>();
    private final Set<String> deciding = new LinkedHashSet<>();
    private int moves;

    private Trace(List<Entries.Entry> entries) {
        String last = "";
        for (int i = 0; i < entries.size(); i++) {
            Entries.Entry entry = entries.get(i);
            firstEntries.putIfAbsent(entry.type() + "." + entry.method(), i);
            String file = file(entry.type());
            files.add(file);
            if (!decides(file)) continue;
            deciding.add(file);
            if (!last.isEmpty() && !last.equals(file)) moves++;
            last = file;
        }
    }

    /// Sends a request and records it.
    static Trace record() throws Exception {
        var loader = new EntryLoader(REQUEST);
        Thread here = Thread.currentThread();
        ClassLoader before = here.getContextClassLoader();
        // Why: services are looked for with it.
        here.setContextClassLoader(loader);
        try {
            var request = (Callable<?>)
                    loader.loadClass(REQUEST).getDeclaredConstructor().newInstance();
            String told = String.valueOf(request.call());
            if (!told.startsWith("HTTP/1.1 200 ") || !told.contains("\"path\":\"/walk\"")) {
                throw new AssertionError("the request failed: " + told);
            }
            return new Trace(Entries.seen());
        } finally {
            here.setContextClassLoader(before);
        }
    }

    /// When a method was entered for the first time, as a place in the order of entries; -1 when it never was.
    ///
    /// @param method class and name, such as `dev.weir.loop.EventLoop.turn`
    int firstEntry(String method) {
        return firstEntries.getOrDefault(method, -1);
    }

    /// The packages of files that decide something.
    SortedSet<String> decidingPackages() {
        var packages = new TreeSet<String>();
        for (String file : deciding) packages.add(file.substring(0, file.lastIndexOf('.')));
        return packages;
    }

    /// Whether the walk leads through `file`.
    boolean enters(String file) {
        return files.contains(file);
    }

    /// The figures, for the last lines of `./weir test`.
    List<String> report() {
        return List.of("one request enters " + files.size() + " files and moves " + moves + " times between the "
                + deciding.size() + " of them that decide something");
    }

    private static String file(String type) {
        int nested = type.indexOf('$');
        return nested < 0 ? type : type.substring(0, nested);
    }

    /// Values, choices and those that only count leave decisions to others.
    private static boolean decides(String file) {
        if (file.startsWith("dev.weir.ledger.") || file.startsWith("dev.weir.gateway.metrics.")) return false;
        try {
            Class<?> type = Class.forName(file, false, Trace.class.getClassLoader());
            return !type.isRecord() && !type.isEnum() && !type.isInterface() && !Throwable.class.isAssignableFrom(type);
        } catch (ClassNotFoundException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
