package dev.weir.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import dev.weir.house.planted.Unlisted;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Proves that a campaign counts every rare path: each enum of points that a package declares is in the list of
/// `laws`, and no two points have one name. It reads the compiled classes.
final class RarePointsTest {
    private static final String POINT = "dev.weir.time.RarePoint";
    private static final String LIST = "dev.weir.laws.RarePoints";

    private static final JavaClass LISTED = House.classes(List.of("laws")).get(LIST);

    @Test
    void everyPointIsListed() {
        assertThat(unlisted(House.classes(House.PRODUCT))).isEmpty();
    }

    @Test
    void pointThatIsNotListedIsFound() {
        assertThat(unlisted(House.planted(Unlisted.class))).containsExactly(Unlisted.class.getName());
    }

    @Test
    void noTwoPointsHaveOneName() {
        var names = House.classes(House.PRODUCT).stream()
                .filter(RarePointsTest::isOfPoints)
                .flatMap(type -> type.getFields().stream()
                        .filter(field -> field.getRawType().equals(type))
                        .map(field -> field.getName()))
                .toList();

        assertThat(names).hasSizeGreaterThan(30).doesNotHaveDuplicates();
    }

    private static List<String> unlisted(JavaClasses classes) {
        var listed = LISTED.getDirectDependenciesFromSelf().stream()
                .map(dependency -> dependency.getTargetClass().getName())
                .toList();
        return classes.stream()
                .filter(RarePointsTest::isOfPoints)
                .map(JavaClass::getName)
                .filter(name -> !listed.contains(name))
                .toList();
    }

    private static boolean isOfPoints(JavaClass type) {
        return type.isAssignableTo(POINT) && !type.getName().equals(POINT);
    }
}
