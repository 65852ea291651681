package dev.weir.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.explorer.Explorer;
import dev.weir.explorer.Mutant;
import dev.weir.explorer.StepLoader;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves that in the assembly share nobody who has stopped is forgotten or told too late, in whatever order
/// the steps of two or three loops follow each other, on the product's own classes. Then mechanisms are
/// taken out of them.
@Timeout(300)
final class AssemblyExplorerTest {
    private static final String SHARE = "dev.weir.memory.AssemblyShare";
    private static final List<String> EXPLORED = List.of("dev.weir.memory.", "dev.weir.loop.Mailbox");
    private static final List<String> ALONGSIDE =
            List.of("dev.weir.memory.AssemblyScene", "dev.weir.loop.SteppedLoop", "dev.weir.memory.MemoryPlan");

    private static Explorer.Outcome played(String scene, @Nullable Mutant mutant) {
        var loader = new StepLoader(EXPLORED, ALONGSIDE, mutant);
        return Explorer.of(Set.of()).explore(loader.scenes("dev.weir.memory.AssemblyScene", scene));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3|1|b g g w r e|b g g w e",
                "4|1|f g w e|b g g w e",
                "3|1|b g d e|b d g w e",
                "2|0|b g e b g e|b g g e",
                "2|0|b n e b g e|b g g w e",
                "3|1|b d x e b g w e|b x e",
                "2|1|b d e|b d e|b g e",
                "2|0|b g e|b g e|b n e"
            })
    void everyStoppedMessageResumesInItsTurn(String scene) {
        Explorer.Outcome outcome = sound(scene);

        assertThat(outcome.ends().size()).as("ways to end").isGreaterThan(1);
        System.out.println("share, " + scene + ": " + outcome.schedules() + " schedules");
    }

    @Test
    void anEndThatDoesNotPassTheTurnOnIsFound() {
        broken(Mutant.without(SHARE, "end", "pass", 1), "2|0|b g e|b g e");
    }

    @Test
    void aReleasedBlockThatDoesNotPassTheTurnOnIsFound() {
        broken(Mutant.without(SHARE, "returned", "pass", 1), "2|0|b g g w r h e|b g e");
    }

    @Test
    void aTurnThatIsNeverReleasedIsFound() {
        broken(Mutant.without(SHARE, "waited", "pass", 1), "2|2|b d h e|b d e");
    }

    @Test
    void aFinishedMessageThatStaysTheOldestIsFound() {
        broken(Mutant.without(SHARE, "whole", "pass", 1), "3|0|b g g w h e|b g e");
    }

    @Test
    void aTurnThatIsNotNotifiedIsFound() {
        broken(Mutant.without(SHARE, "end", "tell", 1), "2|0|b g e|b g e");
    }

    @Test
    void aStoppedMessageThatStaysInTheQueueIsFound() {
        broken(Mutant.without(SHARE, "end", "unstop", 1), "2|0|b g e|b n e");
    }

    private static Explorer.Outcome sound(String scene) {
        Explorer.Outcome outcome = played(scene, null);
        assertThat(outcome.failure()).as("%s: %s", scene, outcome.story()).isNull();
        return outcome;
    }

    /// What goes well as it is goes wrong with a fault planted.
    private static void broken(Mutant mutant, String scene) {
        sound(scene);
        Explorer.Outcome outcome = played(scene, mutant);

        assertThat(outcome.failure()).as("%s in %s", mutant, scene).isNotNull();
    }
}
