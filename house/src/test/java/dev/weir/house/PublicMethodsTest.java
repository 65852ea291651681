package dev.weir.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import dev.weir.house.planted.Wide;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Proves that no class has more than forty public methods of its own: one that has is several ideas. It reads the
/// compiled classes; a nested class counts for itself, inherited methods count where they are declared.
final class PublicMethodsTest {
    private static final int PUBLIC_METHODS_MAX = 40;

    /// Who may have more, by class name. Nobody.
    private static final List<String> EXCEPTIONS = List.of();

    @Test
    void noClassHasMoreThanForty() {
        assertThat(complaints(House.classes(House.ALL), PUBLIC_METHODS_MAX)).isEmpty();
    }

    @Test
    void classWithOneMoreIsFound() {
        var planted = House.planted(Wide.class, Wide.Inner.class);

        assertThat(complaints(planted, 2)).containsExactly("dev.weir.house.planted.Wide has 3 public methods");
        assertThat(complaints(planted, 3)).isEmpty();
    }

    private static List<String> complaints(JavaClasses classes, int max) {
        var complaints = new ArrayList<String>();
        for (var type : classes) {
            long count = type.getMethods().stream()
                    .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
                    .filter(method -> !method.getModifiers().contains(JavaModifier.SYNTHETIC))
                    .count();
            if (count > max && !EXCEPTIONS.contains(type.getName())) {
                complaints.add(type.getName() + " has " + count + " public methods");
            }
        }
        return complaints;
    }
}
