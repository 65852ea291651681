package dev.weir.testing.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.testing.sim.law.ExchangeBook;
import dev.weir.testing.sim.seed.LawBroken;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that a world finds what breaks a law, and is not stopped by who catches it. Each law is
/// broken on purpose.
final class WorldTest {
    private final World world = new World(7, new TreeSet<>(), null);

    @Test
    @DisplayName("I-6 an exchange that ends twice is found")
    void anExchangeThatEndsTwiceIsDetected() {
        var page = world.exchanges().begin(1);
        world.exchanges().end(page, ExchangeBook.Outcome.BROKEN);

        assertThatThrownBy(() -> world.exchanges().reply(page, page.token()))
                .isInstanceOf(LawBroken.class)
                .hasMessageStartingWith("I-6: ");
        assertThat(world.exchanges().pending()).isZero();
    }

    @Test
    @DisplayName("I-6 a request that reaches origins too often is found")
    void aRequestSentTwiceIsDetected() {
        var page = world.exchanges().begin(1);
        world.exchanges().seen(page.token());

        assertThatThrownBy(() -> world.exchanges().seen(page.token())).hasMessageStartingWith("I-6: ");
    }

    @Test
    @DisplayName("I-6 an exchange without an outcome is found at the end")
    void anExchangeThatNeverEndsIsDetected() {
        world.exchanges().begin(1);

        assertThatThrownBy(world::requireNothingLeft).hasMessageStartingWith("I-6: 1 exchanges");
    }

    @Test
    @DisplayName("I-7 a reply that belongs to another is found")
    void aReplyOfAnotherExchangeIsDetected() {
        var mine = world.exchanges().begin(1);
        var other = world.exchanges().begin(1);

        assertThatThrownBy(() -> world.exchanges().reply(mine, other.token())).hasMessageStartingWith("I-7: ");
    }

    @Test
    @DisplayName("I-11 who is busy and gets nowhere is found")
    void spinningIsDetected() {
        world.add(() -> 1, 1);

        assertThatThrownBy(() -> world.until(() -> false, 1_000, "something")).hasMessageStartingWith("I-11: ");
    }

    @Test
    void aWaitThatNeverEndsIsDetected() {
        world.add(() -> 0, 1);

        assertThatThrownBy(() -> world.until(() -> false, 1_000, "pigs fly"))
                .hasMessage("liveness: nothing will ever happen, waiting until pigs fly");
    }

    @Test
    void aCaughtViolationIsStillReported() {
        world.add(
                () -> {
                    try {
                        throw world.broken("I-8", "planted");
                    } catch (LawBroken caught) {
                        return 1;
                    }
                },
                20);

        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100; i++) world.step();
                })
                .hasMessage("I-8: planted");
    }

    @Test
    void lawsAreCheckedAfterEachStep() {
        world.checker().add("I-0", () -> world.steps() < 3 ? null : "three steps");
        world.step();
        world.step();

        assertThatThrownBy(world::step).hasMessage("I-0: three steps");
    }
}
