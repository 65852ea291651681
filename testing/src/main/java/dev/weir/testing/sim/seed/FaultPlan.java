package dev.weir.testing.sim.seed;

import java.util.ArrayList;
import java.util.List;

/// The faults that a script has planned, each with a step: the n-th time that it could happen.
///
/// **Threads:** confined to its world.
final class FaultPlan {
    private final List<Line> lines = new ArrayList<>();
    private int bytes;

    private static final class Line {
        private final Fault kind;
        private final int bytes;
        private final int period; // 0 for once
        private int stepsLeft;

        Line(Fault kind, int bytes, int step, int period) {
            if (step < 1) throw new IllegalArgumentException("steps are counted from 1, was " + step);
            this.kind = kind;
            this.bytes = bytes;
            this.stepsLeft = step;
            this.period = period;
        }
    }

    static boolean isSized(Fault kind) {
        return kind == Fault.SHORT_READ || kind == Fault.SHORT_WRITE;
    }

    void once(int step, Fault kind, int ofBytes) {
        lines.add(new Line(kind, ofBytes, step, 0));
    }

    void again(int steps, Fault kind, int ofBytes) {
        lines.add(new Line(kind, ofBytes, steps, steps));
    }

    void remove(Fault kind) {
        lines.removeIf(line -> line.kind == kind);
    }

    /// The planned single faults that have not happened yet.
    List<Fault> once() {
        return lines.stream()
                .filter(line -> line.period == 0)
                .map(line -> line.kind)
                .toList();
    }

    /// Counts one more occasion for `kind`.
    ///
    /// @return whether it does
    boolean isDue(Fault kind) {
        Line due = null;
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            if (line.kind == kind && --line.stepsLeft <= 0) due = line;
        }
        if (due == null) return false;
        if (due.period == 0) lines.remove(due);
        due.stepsLeft = due.period;
        bytes = due.bytes;
        return true;
    }

    /// The size of the last due fault; 0 when it has none, or was taken before.
    int takeBytes() {
        int taken = bytes;
        bytes = 0;
        return taken;
    }
}
