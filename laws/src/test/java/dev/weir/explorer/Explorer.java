package dev.weir.explorer;

import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Plays a scene in every order of its threads' steps that can make a difference, or until one breaks a law.
public final class Explorer {
    private final Set<String> racyFields;
    private final boolean isReduced;

    /// What was found.
    ///
    /// @param schedules how many were played to their end
    /// @param cutShort how many more were left when they became like one played before
    /// @param steps of all schedules together
    /// @param ends in how many ways they ended
    /// @param failure what was wrong, or null
    /// @param story who did what until then
    public record Outcome(
            long schedules,
            long cutShort,
            long steps,
            SortedSet<String> ends,
            @Nullable String failure,
            List<String> story) {}

    private Explorer(Set<String> racyFields, boolean isReduced) {
        this.racyFields = racyFields;
        this.isReduced = isReduced;
    }

    /// One that plays a single one of all orders that must end alike.
    ///
    /// @param racyFields fields without `volatile` that threads may race for, because nothing depends on them
    public static Explorer of(Set<String> racyFields) {
        return new Explorer(racyFields, true);
    }

    /// One that plays every order there is, to compare with.
    public Explorer unreduced() {
        return new Explorer(racyFields, false);
    }

    /// Plays scene after scene, each made anew.
    public Outcome explore(Supplier<Scene> scenes) {
        // Why: switching between virtual threads costs a tenth of switching between others.
        var outcome = new CompletableFuture<Outcome>();
        Thread.ofVirtual().start(() -> {
            try {
                outcome.complete(playAll(scenes));
            } catch (Throwable wrong) {
                outcome.completeExceptionally(wrong);
            }
        });
        return outcome.join();
    }

    private Outcome playAll(Supplier<Scene> scenes) {
        var choices = new Choices(isReduced);
        var ends = new TreeSet<String>();
        long schedules = 0;
        long cutShort = 0;
        long steps = 0;
        do {
            Scene scene = scenes.get();
            var playing = new Playing(scene, choices, racyFields);
            String failure = playing.play();
            steps += choices.depth();
            if (failure != null || playing.isComplete()) schedules++;
            else cutShort++;
            if (failure != null) return new Outcome(schedules, cutShort, steps, ends, failure, playing.story());
            if (playing.isComplete()) ends.add(scene.end());
        } while (choices.next());
        return new Outcome(schedules, cutShort, steps, ends, null, List.of());
    }
}
