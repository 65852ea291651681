package dev.weir.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.weir.house.planted.knot.Fifth;
import dev.weir.house.planted.knot.First;
import dev.weir.house.planted.knot.Fourth;
import dev.weir.house.planted.knot.Loose;
import dev.weir.house.planted.knot.Second;
import dev.weir.house.planted.knot.Seventh;
import dev.weir.house.planted.knot.Sixth;
import dev.weir.house.planted.knot.Third;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Proves that no package has a group of more than six classes that all need each other: nobody can read one of
/// them without the others. It reads the compiled classes.
final class KnotsTest {
    private static final String PLANTED = "dev.weir.house.planted.knot";

    /// What is still too large: the sizes of its knots over six. They only become smaller, and then leave.
    private static final Map<String, List<Integer>> STILL_TOO_LARGE = Map.of();

    @Test
    void knotsHaveAtMostSixClasses() {
        assertThat(complaints(House.classes(House.ALL), STILL_TOO_LARGE)).isEmpty();
    }

    @Test
    void knotOfSevenIsFound() {
        assertThat(complaints(planted(), Map.of()))
                .singleElement()
                .asString()
                .startsWith(PLANTED + " has knots of [7] classes")
                .contains("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh")
                .doesNotContain("Loose");
    }

    @Test
    void knotAsLargeAsItsEntryPasses() {
        assertThat(complaints(planted(), Map.of(PLANTED, List.of(7)))).isEmpty();
    }

    @Test
    void entryThatIsTooLargeIsFound() {
        assertThat(complaints(planted(), Map.of(PLANTED, List.of(8))))
                .containsExactly(PLANTED + " may have knots of [8] classes and has [7]: lower its entry");
    }

    @Test
    void entryThatIsNotNeededIsFound() {
        assertThat(complaints(planted(), Map.of(PLANTED, List.of(7), "dev.weir.gone", List.of(7))))
                .containsExactly("dev.weir.gone may have knots of [7] classes and has none over 6: remove its entry");
    }

    @Test
    void oneMoreKnotIsFoundAlthoughAnEntryIsLarger() {
        assertThat(complaints(planted(), Map.of(PLANTED, List.of(6))))
                .singleElement()
                .asString()
                .contains("Seventh");
    }

    private static List<String> complaints(JavaClasses classes, Map<String, List<Integer>> allowed) {
        var complaints = new ArrayList<String>();
        var rest = new TreeMap<>(allowed);
        Knots.of(classes).forEach((name, knots) -> {
            var large = knots.stream()
                    .filter(knot -> knot.size() > Knots.CLASSES_MAX)
                    .toList();
            if (!large.isEmpty()) compare(name, large, rest.remove(name), complaints);
        });
        rest.forEach((name, sizes) -> complaints.add(name + " may have knots of " + sizes
                + " classes and has none over " + Knots.CLASSES_MAX + ": remove its entry"));
        return complaints;
    }

    private static boolean isWithin(List<Integer> sizes, List<Integer> allowed) {
        boolean isWithin = sizes.size() <= allowed.size();
        for (int i = 0; isWithin && i < sizes.size(); i++) isWithin = sizes.get(i) <= allowed.get(i);
        return isWithin;
    }

    private static void compare(
            String name, List<SortedSet<String>> large, @Nullable List<Integer> allowed, List<String> complaints) {
        var sizes = large.stream().map(Set::size).toList();
        if (sizes.equals(allowed)) return;
        if (allowed != null && isWithin(sizes, allowed)) {
            complaints.add(name + " may have knots of " + allowed + " classes and has " + sizes + ": lower its entry");
        } else {
            complaints.add(name + " has knots of " + sizes + " classes that all need each other, more than "
                    + (allowed == null ? Knots.CLASSES_MAX : allowed) + ": " + large);
        }
    }

    private static JavaClasses planted() {
        return House.planted(
                First.class,
                Second.class,
                Second.inner(),
                Third.class,
                Fourth.class,
                Fifth.class,
                Sixth.class,
                Seventh.class,
                Loose.class);
    }
}
