package dev.weir.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.explorer.Explorer;
import dev.weir.explorer.Mutant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves that the hand-off loses no block, no turn and no wake-up, in whatever order the steps of two or three
/// loops follow each other: three flows play all short scripts with all interleavings that can make a
/// difference, on the product's own classes. In every one of them whoever stays is granted a block in his turn,
/// once.
///
/// Then mechanisms are taken out of the product, one at a time, and each time a schedule is found that breaks.
@Timeout(300)
final class HandOffExplorerTest {
    private static final String POOL = "dev.weir.memory.BufferPool";
    private static final String HAND_OFF = "dev.weir.memory.wait.HandOff";
    private static final String CACHE = "dev.weir.memory.block.LoopCache$SlotArray";
    private static final String WAITER = "dev.weir.memory.wait.Waiter";

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"2|FIRST|III", "2|STORE|III", "2|SPREAD|III", "2|SPREAD|IIR"})
    void threeFlowsAndTwoBlocksInEveryOrder(String setting) {
        long schedules = 0;
        long steps = 0;
        var world = new HandOffWorld(null);
        for (String two : HandOffScripts.ofTwoFlows()) {
            for (String one : HandOffScripts.ofOneFlow()) {
                Explorer.Outcome outcome = explored(world, setting + "|" + two + "|" + one);
                schedules += outcome.schedules();
                steps += outcome.steps();
            }
        }
        System.out.println("hand-off, " + setting + ": " + schedules + " schedules, " + steps + " steps");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "2|UNCUT|III|a0 a1 c1|a2 r2 a2",
                "1|UNCUT|III|a0 r0 a1|a2 c2",
                "1|FIRST|III|a0 c0 a1 r0|a2 r2 a2",
                "1|SPREAD|III|a0 r0 a0 r0|a1 a2 c1",
                "2|FIRST|III|a0 a1 x|a2 r2 a2",
                "1|STORE|III|a0 a1 x|a2 r2",
                "1|SPREAD|III|a0 r0|a1 r1|a2 r2"
            })
    void oneBlockUncutSlabsLoopsThatCloseAndThreeLoops(String scene) {
        Explorer.Outcome outcome = explored(new HandOffWorld(null), scene);

        System.out.println("hand-off, " + scene + ": " + outcome.schedules() + " schedules");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "1|STORE|III@112|a0 a1|a2 r2 a2",
                "1|SPREAD|III@112|a0 r0 a1 r1|a2 r2",
                "2|SPREAD|III@121|a0 a1 c0|a2 r2 a2",
                "2|UNCUT|III@122|a0 a1 c1|a2 r2 a2",
                "1|FIRST|III@112|a0 a1 x|a2 r2",
                "1|SPREAD|III@112|a0 r0|a1 r1|a2 r2",
                "1|FIRST|III@111|a0 c0 a1 r0|a2 r2 a2"
            })
    void addressesThatTakeTurns(String scene) {
        Explorer.Outcome outcome = explored(new HandOffWorld(null), scene);

        System.out.println("hand-off, " + scene + ": " + outcome.schedules() + " schedules");
    }

    @Test
    @DisplayName("H-05 when the next of an address does not get the turn of who gave up he waits for ever")
    void aTurnThatIsNotInheritedIsFound() {
        broken(
                Mutant.without("dev.weir.memory.wait.FairQueues", "gaveUp", "linkBehind", 1),
                "1|FIRST|III@112|a0 a1 c0|a2 r2");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "LARGE|p t p|t p",
                "LARGE|p p|t t|t",
                "NORMAL|p p t|t t p",
                "NORMAL|p p p p|t t",
                "SMALL|p t p t|t p"
            })
    void aCacheNeitherLosesNorDuplicatesABlock(String scene) {
        var outcome = exploredCache(null, scene);

        assertThat(outcome.failure()).as("%s: %s", scene, outcome.story()).isNull();
        System.out.println("cache, " + scene + ": " + outcome.schedules() + " schedules");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "2|FIRST|II|a0 r0 l|a1 r1 l",
                "2|SPREAD|II|l a0 r0 l|a1 r1 l",
                "2|STORE|II|a0 r0 l|a1 r1 l",
                "2|SPREAD|I|l|a0 k0",
                "2|FIRST|II|l a1 k1|a0 r0 l"
            })
    void memoryIsScarceWhileHalfIsHeldAndNotWhenAllIsBack(String scene) {
        Explorer.Outcome outcome = explored(new HandOffWorld(null), scene);

        System.out.println("hand-off, " + scene + ": " + outcome.schedules() + " schedules");
    }

    @Test
    void aTakeFromACacheThatIsNotNoticedIsFound() {
        assertThat(broken(
                        Mutant.without(POOL, "fromCache", "updateScarcityAfterTake", 1),
                        "2|SPREAD|II|l a0 r0 l|a1 r1 l"))
                .contains("it is not scarce");
    }

    @Test
    void aCacheThatOverwritesASlotIsFound() {
        String scene = "LARGE|p t|t";
        assertThat(exploredCache(null, scene).failure()).isNull();

        assertThat(exploredCache(Mutant.without(CACHE, "take", "getAndSet", 1), scene)
                        .failure())
                .isNotNull();
    }

    private static Explorer.Outcome exploredCache(@Nullable Mutant mutant, String scene) {
        return HandOffWorld.explorer().explore(new HandOffWorld(mutant).cacheScenes(scene));
    }

    @Test
    @DisplayName("H-06 without the look after a block was put into a cache a wake-up is lost")
    void aReleaserThatDoesNotRecheckIsFound() {
        broken(Mutant.without(POOL, "putBack", "isPressing", 2), "1|FIRST|II|a0 r0|a1");
    }

    @Test
    @DisplayName("H-06 with a look that nothing orders a wake-up may be lost")
    void aFlagThatIsNotVolatileIsFound() {
        assertThat(broken(Mutant.notVolatile(HAND_OFF, "isPressing"), "1|FIRST|II|a0 r0|a1"))
                .contains("a race");
    }

    @Test
    @DisplayName("H-06 when an asker looks into the caches before he says that he waits a wake-up is lost")
    void anAcquirerThatChecksTooEarlyIsFound() {
        broken(Mutant.without(HAND_OFF, "mayTake", "isPressing", 1), "1|FIRST|II|a0 r0|a1");
    }

    @Test
    @DisplayName("H-06 when an asker does not look into the caches after he said so he waits beside a free block")
    void anAcquirerThatDoesNotCheckIsFound() {
        broken(Mutant.without(HAND_OFF, "mayTake", "emptyCaches", 1), "1|FIRST|II|a0 r0|a1");
    }

    @Test
    @DisplayName("H-06 when nobody looks after a slab was cut a wake-up is lost")
    void aSlabCutWithoutARecheckIsFound() {
        broken(Mutant.without(HAND_OFF, "takeOrQueue", "giveBack", 1), "1|UNCUT|II|a0 r0|a1");
    }

    @Test
    @DisplayName("H-05 when a cancel does not pass on what was granted at that instant a block is lost")
    void aCancelThatKeepsTheGrantIsFound() {
        broken(Mutant.without(HAND_OFF, "end", "giveBack", 1), "1|FIRST|II|a0 r0|a1 c1");
    }

    @Test
    @DisplayName("H-05 when a grant to a closed loop is not passed on a block is lost")
    void aGrantLostToAClosedLoopIsFound() {
        broken(Mutant.without(WAITER, "send", "reclaim", 1), "1|FIRST|II|a0 r0|a1 x");
    }

    @Test
    void aGrantThatIsNotDeliveredIsFound() {
        assertThat(broken(Mutant.without(HAND_OFF, "giveBack", "tell", 1), "1|FIRST|II|a0 r0|a1"))
                .contains("nobody can go on");
    }

    private static Explorer.Outcome explored(HandOffWorld world, String scene) {
        Explorer.Outcome outcome = HandOffWorld.explorer().explore(world.scenes(scene));
        assertThat(outcome.failure()).as("%s: %s", scene, outcome.story()).isNull();
        return outcome;
    }

    /// What goes wrong in a scene with a fault planted, which goes well without.
    private static @Nullable String broken(Mutant mutant, String scene) {
        explored(new HandOffWorld(null), scene);
        Explorer.Outcome outcome = HandOffWorld.explorer().explore(new HandOffWorld(mutant).scenes(scene));

        assertThat(outcome.failure()).as("%s in %s", mutant, scene).isNotNull();
        System.out.println("found after " + outcome.schedules() + " schedules: " + outcome.failure());
        return outcome.failure();
    }
}
