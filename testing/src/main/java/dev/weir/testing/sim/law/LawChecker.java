package dev.weir.testing.sim.law;

import dev.weir.testing.sim.seed.Conditions;
import dev.weir.testing.sim.seed.LawBroken;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Looks at every law after every step of a world.
///
/// **Threads:** confined to its world.
/// **Fails:** [LawBroken] for the first law that does not hold.
public final class LawChecker {
    private final Conditions conditions;
    private final List<Named> laws = new ArrayList<>();

    /// Something that holds after every step.
    public interface Law {
        /// What does not hold; null when all is well.
        @Nullable
        String complaint();
    }

    private record Named(String name, Law law) {}

    /// A checker with no laws yet.
    public LawChecker(Conditions conditions) {
        this.conditions = conditions;
    }

    /// Looks at one more law.
    ///
    /// @param invariant its name, such as `I-8`
    public void add(String invariant, Law law) {
        laws.add(new Named(invariant, law));
    }

    /// Looks at all of them.
    public void check() {
        LawBroken before = conditions.broken();
        // Why: what was thrown through code that catches everything is thrown again here.
        if (before != null) throw before;
        for (int i = 0; i < laws.size(); i++) {
            String complaint = laws.get(i).law().complaint();
            if (complaint != null) throw conditions.broken(laws.get(i).name(), complaint);
        }
    }
}
