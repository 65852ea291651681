package dev.weir.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.explorer.Explorer;
import dev.weir.explorer.Mutant;
import dev.weir.explorer.Scene;
import dev.weir.explorer.StepLoader;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves that what a mailbox accepts runs, whoever posts while the loop drains and closes: all orders of the steps
/// of two threads that post and one that runs.
@Timeout(120)
final class MailboxExplorerTest {
    private static final String MAILBOX = "dev.weir.loop.Mailbox";

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"0 0|d d", "0 1 0|d x d", "0|1|d", "0|1|d x", "0 1|1|d", "0|0|d", "0|0|x", "0 0|0|d x"})
    void acceptedTasksRun(String text) {
        var outcome = explored(text, null);

        assertThat(outcome.failure()).as(outcome.story().toString()).isNull();
        System.out.println("mailbox, " + text + ": " + outcome.schedules() + " schedules");
    }

    @Test
    void ofTwoPostsOfANodeDuringCloseAtLeastOneIsRefused() {
        var outcome = explored("0|0|x", null);

        assertThat(outcome.ends()).contains("[node 0: 1 accepted, 0 ran, node 1: 0 accepted, 0 ran]");
        assertThat(outcome.ends()).doesNotContain("[node 0: 2 accepted, 0 ran, node 1: 0 accepted, 0 ran]");
    }

    @Test
    void aNodeThatStaysQueuedAfterItRanIsFound() {
        assertThat(broken(Mutant.without(MAILBOX, "drain", "setVolatile", 1), "0 0|d d"))
                .contains("did not run");
    }

    @Test
    void aMailboxWhoseCloseIsNotSeenIsFound() {
        broken(Mutant.without(MAILBOX, "close", "getAndSet", 1), "0 1|d");
    }

    /// What goes wrong in a scene with a fault planted, which goes well without.
    private static @Nullable String broken(Mutant mutant, String text) {
        assertThat(explored(text, null).failure()).isNull();
        String failure = explored(text, mutant).failure();
        assertThat(failure).as("%s in %s", mutant, text).isNotNull();
        return failure;
    }

    private static Explorer.Outcome explored(String text, @Nullable Mutant mutant) {
        return Explorer.of(Set.of()).explore(scenes(text, mutant));
    }

    private static Supplier<Scene> scenes(String text, @Nullable Mutant mutant) {
        return new StepLoader(List.of(MAILBOX), List.of(MAILBOX + "Scene"), mutant).scenes(MAILBOX + "Scene", text);
    }
}
