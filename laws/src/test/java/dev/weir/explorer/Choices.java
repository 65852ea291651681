package dev.weir.explorer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The tree of schedules, walked depth first: at each step who went on, who else must be tried, and who need not.
///
/// Two steps of different threads that touch different places, or only read, give the same in either order, and
/// one order stands for both.
///
/// **Source:** Abdulla, Aronis, Jonsson and Sagonas, Optimal dynamic partial order reduction (2014): source sets;
/// Godefroid, Partial-order methods (1996): sleep sets.
final class Choices {
    static final int NOBODY = -1;

    /// Everything that can happen at one step.
    private static final class Fork {
        final int enabled;

        /// Whose next step was tried elsewhere, with nothing since that could change its outcome.
        final int asleep;

        int mustTry;
        int tried;
        int chosen;
        int turn;
        int wakes;

        /// By thread, how many of its steps come before this one for certain, or are this one.
        int[] clock = {};

        Fork(int enabled, int asleep) {
            this.enabled = enabled;
            this.asleep = asleep;
        }
    }

    private final List<Fork> forks = new ArrayList<>();
    private final boolean isReduced;
    private int depth;
    private int known;

    Choices(boolean isReduced) {
        this.isReduced = isReduced;
    }

    int depth() {
        return depth;
    }

    /// Chooses one of `enabled` for the next step, `preferred` if it may.
    int choose(int enabled, int preferred) {
        if (depth < forks.size()) {
            Fork again = forks.get(depth);
            if (again.enabled != enabled) throw new IllegalStateException("the same schedule went another way");
            return again.chosen;
        }
        var fork = new Fork(enabled, isReduced ? asleep() : 0);
        int awake = enabled & ~fork.asleep;
        if (awake == 0) return NOBODY;
        fork.chosen =
                preferred >= 0 && (awake & 1 << preferred) != 0 ? preferred : Integer.numberOfTrailingZeros(awake);
        fork.mustTry = isReduced ? 1 << fork.chosen : enabled;
        forks.add(fork);
        return fork.chosen;
    }

    /// Whether the step just chosen was not made at this place before.
    boolean isNew() {
        return depth >= known;
    }

    /// Enters the step just chosen; returns its index.
    ///
    /// @param clock by thread, how many of its steps come before this one for certain, this one included
    /// @param wakes the threads whose next step this one may change
    int enter(int thread, int[] clock, int wakes) {
        Fork fork = forks.get(depth);
        fork.clock = clock.clone();
        fork.turn = clock[thread];
        fork.wakes = wakes;
        return depth++;
    }

    /// Whether step `first` comes before what has this clock for certain.
    boolean comesBefore(int first, int[] clock) {
        Fork fork = forks.get(first);
        return clock[fork.chosen] >= fork.turn;
    }

    int[] clockOf(int at) {
        return forks.get(at).clock;
    }

    /// Sees to it that the next step of `thread`, which conflicts with step `at`, comes before it once: what follows
    /// `at` without depending on it, then that step. Whatever can come first of all these may be tried instead of
    /// `at`, and one of them must.
    ///
    /// @param clock by thread, how many of its steps come before the next one of `thread` for certain
    void mustReverse(int at, int thread, int[] clock) {
        Fork fork = forks.get(at);
        int[] firstTurn = new int[clock.length];
        Arrays.fill(firstTurn, Integer.MAX_VALUE);
        int firsts = 0;
        for (int later = at + 1; later < depth; later++) {
            Fork one = forks.get(later);
            if (comesBefore(at, one.clock) || firstTurn[one.chosen] != Integer.MAX_VALUE) continue;
            if (isFirst(one.clock, firstTurn)) firsts |= 1 << one.chosen;
            firstTurn[one.chosen] = one.turn;
        }
        if (firstTurn[thread] == Integer.MAX_VALUE && isFirst(clock, firstTurn)) firsts |= 1 << thread;
        if ((firsts & fork.mustTry) != 0) return;
        // Why: a step that was not possible then cannot be made before.
        firsts &= fork.enabled;
        fork.mustTry |= Integer.lowestOneBit(firsts);
    }

    private static boolean isFirst(int[] clock, int[] firstTurn) {
        for (int other = 0; other < clock.length; other++) if (clock[other] >= firstTurn[other]) return false;
        return true;
    }

    /// Goes to the next schedule; false when there is none.
    boolean next() {
        depth = 0;
        while (!forks.isEmpty()) {
            Fork fork = forks.getLast();
            fork.tried |= 1 << fork.chosen;
            int open = fork.mustTry & ~fork.tried & ~fork.asleep;
            if (open != 0) {
                known = forks.size() - 1;
                fork.chosen = Integer.numberOfTrailingZeros(open);
                return true;
            }
            forks.removeLast();
        }
        return false;
    }

    private int asleep() {
        if (forks.isEmpty()) return 0;
        Fork last = forks.getLast();
        return (last.asleep | last.tried) & ~(1 << last.chosen) & ~last.wakes;
    }
}
