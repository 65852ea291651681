package dev.weir.explorer;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Something that threads share and that orders their steps: a volatile field of one object, an element of an atomic
/// array, or a lock.
///
/// It remembers who used it and what happened before. A clock counts, for each thread, how many of its steps came
/// before for certain.
final class Place {
    /// An object and which part of it.
    record Key(Object base, Object part) {
        @Override
        public int hashCode() {
            return System.identityHashCode(base) * 31 + part.hashCode();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && key.base == base && key.part.equals(part);
        }

        @Override
        public String toString() {
            return base.getClass().getSimpleName() + "." + part;
        }
    }

    /// A field that orders nothing: by thread, when it touched it last.
    static final class Plain {
        final int[] read;
        final int[] written;

        Plain(int threads) {
            read = new int[threads];
            written = new int[threads];
        }
    }

    static final int FREE = -1;

    /// By thread: the index in the schedule of its last step here, or -1.
    final int[] lastRead;

    final int[] lastWrite;

    /// What came before the steps here.
    final int[] readClock;

    final int[] writeClock;

    /// What whoever reads here is certain to see.
    final int[] published;

    /// Who holds it, if it is a lock, and how often.
    int holder = FREE;

    int depth;
    private final Key key;

    Place(Key key, int threads) {
        this.key = key;
        lastRead = new int[threads];
        lastWrite = new int[threads];
        Arrays.fill(lastRead, -1);
        Arrays.fill(lastWrite, -1);
        readClock = new int[threads];
        writeClock = new int[threads];
        published = new int[threads];
    }

    static void join(int[] into, int[] from) {
        for (int i = 0; i < into.length; i++) into[i] = Math.max(into[i], from[i]);
    }

    @Override
    public String toString() {
        return key.toString();
    }
}
