package dev.weir.testing.sim.law;

import dev.weir.testing.sim.seed.Conditions;
import dev.weir.testing.sim.seed.LawBroken;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Checks every law after every step of a world.
///
/// **Threads:** confined to its world.
/// **Fails:** [LawBroken] for the first law that does not hold.
public final class LawChecker {
    private final Conditions conditions;
    private final List<Named> laws = new ArrayList<>();

    /// An invariant that holds after every step.
    public interface Law {
        /// Describes the violation; null when the law holds.
        @Nullable
        String complaint();
    }

    private record Named(String name, Law law) {}

    /// A checker with no laws yet.
    public LawChecker(Conditions conditions) {
        this.conditions = conditions;
    }

    /// Adds a law.
    ///
    /// @param invariant its name, such as `I-8`
    public void add(String invariant, Law law) {
        laws.add(new Named(invariant, law));
    }

    /// Checks all laws.
    public void check() {
        LawBroken before = conditions.broken();
        // Why: an error that other code has caught is thrown again here.
        if (before != null) throw before;
        for (int i = 0; i < laws.size(); i++) {
            String complaint = laws.get(i).law().complaint();
            if (complaint != null) throw conditions.broken(laws.get(i).name(), complaint);
        }
    }
}
