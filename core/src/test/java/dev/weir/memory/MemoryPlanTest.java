package dev.weir.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.memory.MemoryPlan.Line;
import dev.weir.memory.MemoryPlan.Settings;
import dev.weir.memory.block.BlockSize;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that a plan adds up and refuses what cannot work, by sums done here once more.
class MemoryPlanTest {
    private static final List<Line> FIXED = List.of(new Line("read scratch", 2, 65_536), new Line("answers", 1, 8_192));
    private static final List<Line> CHARGES = List.of(new Line("connections", 1_000, 512));

    @Test
    @DisplayName("I-1 fixed, charges and slabs never exceed the budget, whatever the budget")
    void thePartsNeverExceedTheBudget() {
        for (long budget = 1_000_000; budget < 70_000_000; budget += 777_777) {
            MemoryPlan plan = MemoryPlan.of(budget, FIXED, CHARGES, Settings.DEFAULT);

            assertThat(plan.fixedBytes() + plan.chargedBytes() + plan.slabsBytes())
                    .isLessThanOrEqualTo(budget)
                    .isGreaterThan(budget - plan.slabBytes());
            assertThat(plan.slabBytes()).isLessThanOrEqualTo((int) Math.max(17 * 1024, budget / 16));
        }
    }

    @Test
    void aLargeBudgetHasSlabsOfAMebibyteAndAReserveOfAnEighth() {
        MemoryPlan plan = MemoryPlan.of(64L << 20, FIXED, CHARGES, Settings.DEFAULT);

        assertThat(plan.slabBytes()).isEqualTo(60 * 17 * 1024);
        assertThat(plan.reserveBlocks()).isEqualTo(plan.slabs() * 60 / 8);
        assertThat(plan.blocksMax(BlockSize.LARGE)).isEqualTo(plan.slabs() / 4 * 15);
    }

    @Test
    void theReserveAndOneBlockAreEnough() {
        long lines = 2 * 65_536 + 8_192 + 512_000;
        long least = lines + 4 * 17 * 1024;

        MemoryPlan plan = MemoryPlan.of(least, FIXED, CHARGES, Settings.DEFAULT);

        assertThat(plan.slabs()).isEqualTo(4);
        assertThat(plan.reserveBlocks()).isEqualTo(3);
        assertThatThrownBy(() -> MemoryPlan.of(least - 1, FIXED, CHARGES, Settings.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a budget of " + (least - 1) + " bytes is too small")
                .hasMessageContaining("give it " + least + " bytes (" + (least + 1023) / 1024 + "KiB) or more");
    }

    @Test
    void aConfiguredReserveAndOneBlockAreEnough() {
        Settings settings = Settings.DEFAULT.withReserveBlocks(32);

        assertThat(MemoryPlan.of(33 * 17 * 1024, List.of(), List.of(), settings).slabs())
                .isEqualTo(33);
    }

    @Test
    void theDescriptionAddsUpToTheBudget() {
        String text = MemoryPlan.of(5_000_000, FIXED, CHARGES, Settings.DEFAULT).describe();

        long sum = 0;
        long budget = 0;
        for (String line : text.lines().toList()) {
            if (line.startsWith("Of the slabs")) continue;
            long last = Long.parseLong(line.substring(line.lastIndexOf(' ') + 1).replace(",", ""));
            if (line.startsWith("budget")) budget = last;
            else sum += last;
        }
        assertThat(sum).as(text).isEqualTo(5_000_000).isEqualTo(budget);
        assertThat(text.lines().limit(6).map(String::length).distinct())
                .as(text)
                .hasSize(1);
    }

    @Test
    void theBudgetNamedByARefusalOfWholeMessagesIsEnough() {
        for (int bytes : new int[] {1, 17_408, 17_409, 100_000, 1 << 20, 100_000_000}) {
            Settings settings = Settings.DEFAULT.withWholeMessages(bytes);
            String told = refusal(150_000, settings);
            long enough = Long.parseLong(told.replaceAll(".*give the budget (\\d+) bytes.*", "$1"));

            MemoryPlan plan = MemoryPlan.of(enough, List.of(), List.of(), settings);

            assertThat(plan.messageBlocksMax()).isEqualTo((bytes + 17_407) / 17_408);
            assertThat(plan.assemblyBlocks()).isGreaterThanOrEqualTo(4 * plan.messageBlocksMax());
            assertThat(plan.describe()).contains("are the assembly share, for messages of at most ");
            assertThat(refusal(enough * 4 / 5, settings)).contains("a whole message of " + bytes);
        }
    }

    @Test
    void theMessageLengthNamedByARefusalIsAccepted() {
        String told = refusal(5_000_000, Settings.DEFAULT.withWholeMessages(10_000_000));
        int fits = Integer.parseInt(told.replaceAll(".*assemble messages of (\\d+) bytes at most", "$1"));

        assertThat(MemoryPlan.of(5_000_000, List.of(), List.of(), Settings.DEFAULT.withWholeMessages(fits))
                        .messageBytesMax())
                .isEqualTo(fits);
        assertThat(refusal(5_000_000, Settings.DEFAULT.withWholeMessages(fits + 1)))
                .contains("a whole message of " + (fits + 1) + " bytes takes ");
    }

    private static String refusal(long budget, Settings settings) {
        var refused = catchThrowableOfType(
                IllegalArgumentException.class, () -> MemoryPlan.of(budget, List.of(), List.of(), settings));
        return String.valueOf(refused.getMessage());
    }

    @Test
    void invalidLinesAndSettingsAreRefused() {
        assertThatThrownBy(() -> new Line("x", -1, 5)).hasMessageContaining("-1 times 5");
        assertThatThrownBy(() -> new Line("x", Long.MAX_VALUE, 2)).hasMessageContaining("not an amount");
        assertThatThrownBy(() -> Settings.DEFAULT.withSlabBytes(17_000)).hasMessageContaining("17408");
        assertThatThrownBy(() -> Settings.DEFAULT.withReserveBlocks(2)).hasMessageContaining("3 or more");
        assertThatThrownBy(() -> Settings.DEFAULT.withWholeMessages(-1)).hasMessageContaining("-1 bytes");
    }

    @Test
    void messagesBeyondAGibibyteAreRefusedWhateverTheBudget() {
        var settings = MemoryPlan.Settings.DEFAULT;
        int most = MemoryPlan.MESSAGE_BYTES_MAX;

        assertThat(settings.withWholeMessages(most).messageBytesMax()).isEqualTo(most);
        assertThatThrownBy(() -> settings.withWholeMessages(most + 1))
                .hasMessageContaining("a message of " + (most + 1) + " bytes is not assembled, whatever the budget");
    }
}
