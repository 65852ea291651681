package dev.weir.walk;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What classes that an [EntryLoader] has loaded call first in each method.
///
/// Why static: the calls are woven into classes that know nothing of this.
///
/// **Threads:** thread-safe; entries of several threads stand in the order in which they came.
public final class Entries {
    private static final List<Entry> SEEN = new ArrayList<>();
    private static volatile @Nullable String threads;

    private Entries() {}

    /// A method was entered.
    ///
    /// @param type the class it stands in, as `java.lang.Class` names it
    record Entry(String type, String method) {}

    /// Before everything else that a method does.
    public static void enter(String type, String method) {
        String noted = threads;
        if (noted == null || !Thread.currentThread().getName().startsWith(noted)) return;
        synchronized (SEEN) {
            SEEN.add(new Entry(type, method));
        }
    }

    /// From now on entries are kept.
    ///
    /// @param names what the names of the threads begin with whose entries count
    public static void start(String names) {
        synchronized (SEEN) {
            SEEN.clear();
        }
        threads = names;
    }

    /// No more are kept.
    public static void stop() {
        threads = null;
    }

    static List<Entry> seen() {
        synchronized (SEEN) {
            return List.copyOf(SEEN);
        }
    }
}
