package dev.weir.explorer;

import dev.weir.time.Chance;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A few threads with a few steps each, made by chance: they read and write two fields, under a lock or not.
final class SmallProgram {
    private static final int FIELDS = 2;

    private enum Act {
        READ,
        WRITE,
        ADD,
        LOCK,
        AWAIT
    }

    private record Line(Act act, int field) {}

    private final List<List<Line>> threads = new ArrayList<>();

    SmallProgram(long seed) {
        var chance = new Chance(seed);
        int count = 2 + chance.below(2);
        for (int thread = 0; thread < count; thread++) {
            var lines = new ArrayList<Line>();
            int length = 1 + chance.below(count == 2 ? 3 : 2);
            for (int i = 0; i < length; i++) {
                lines.add(new Line(Act.values()[chance.below(Act.values().length)], chance.below(FIELDS)));
            }
            threads.add(lines);
        }
    }

    Scene scene() {
        return new Stage(threads);
    }

    @Override
    public String toString() {
        return threads.toString();
    }

    /// Its end says all that was read, in the order of each thread, and what the fields hold.
    private static final class Stage implements Scene {
        private final List<List<Line>> threads;
        private final int[] fields = new int[FIELDS];
        private final Object lock = new Object();
        private final StringBuilder[] read;

        Stage(List<List<Line>> threads) {
            this.threads = threads;
            this.read = new StringBuilder[threads.size()];
            for (int i = 0; i < read.length; i++) read[i] = new StringBuilder();
        }

        @Override
        public int threads() {
            return threads.size();
        }

        @Override
        public void run(int thread) {
            for (Line line : threads.get(thread)) {
                switch (line.act) {
                    case READ -> see(thread, line.field);
                    case WRITE -> set(line.field, 10 + thread);
                    case ADD -> set(line.field, see(thread, line.field) + 100);
                    case LOCK -> {
                        Steps.lock(lock);
                        set(line.field, see(thread, line.field) + 1000);
                        Steps.unlock(lock);
                    }
                    case AWAIT -> {
                        Steps.await(this, String.valueOf(line.field), () -> fields[line.field] != 0);
                        read[thread].append(fields[line.field]).append(' ');
                    }
                }
            }
        }

        private int see(int thread, int field) {
            Steps.read(this, String.valueOf(field));
            read[thread].append(fields[field]).append(' ');
            return fields[field];
        }

        private void set(int field, int value) {
            Steps.write(this, String.valueOf(field));
            fields[field] = value;
        }

        @Override
        public @Nullable String complaint() {
            return null;
        }

        @Override
        public @Nullable String complaintAtEnd() {
            return null;
        }

        @Override
        public String end() {
            var text = new StringBuilder();
            for (StringBuilder one : read) text.append(one).append("| ");
            return text.append(fields[0]).append(' ').append(fields[1]).toString();
        }
    }
}
