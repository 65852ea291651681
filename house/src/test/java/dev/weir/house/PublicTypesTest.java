package dev.weir.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import dev.weir.house.planted.exposed.Exposed;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Proves that whoever sees a public type can name everything it mentions. It reads the compiled classes and
/// module-infos.
final class PublicTypesTest {
    /// Types that exported packages mention though their package is exported only to modules of ours, with the
    /// reason.
    private static final List<String> SEAMS = List.of(
            // a Network gives each loop its Poller, and a simulation is a Network
            "dev.weir.loop.Poller");

    @Test
    void exportedTypesMentionOnlyExportedTypes() {
        assertThat(complaints(House.classes(House.PRODUCT), Exports.of(House.PRODUCT)))
                .isEmpty();
    }

    @Test
    void aHiddenTypeInAPublicMethodIsFound() {
        var planted = House.planted(Exposed.class, Exposed.Names.class);

        assertThat(complaints(planted, List.of("dev.weir.house.planted.exposed")))
                .anyMatch(complaint -> complaint.contains("hidden()"))
                .anyMatch(complaint -> complaint.contains("unexported"))
                .anyMatch(complaint -> complaint.contains("names"))
                .anyMatch(complaint -> complaint.contains("count"));
    }

    @Test
    void modulesExportSomething() {
        assertThat(Exports.of(List.of("core"))).contains("dev.weir.time");
    }

    private static List<String> complaints(JavaClasses classes, List<String> exported) {
        var complaints = new ArrayList<String>();
        for (var type : classes) {
            if (!isVisible(type) || !exported.contains(type.getPackageName())) {
                continue;
            }
            type.getCodeUnits().stream()
                    .filter(unit -> isPublic(unit.getModifiers()))
                    .forEach(unit -> mentioned(unit)
                            .filter(other -> !mayBeSeen(other, exported))
                            .forEach(other ->
                                    complaints.add(unit.getFullName() + " mentions hidden " + other.getName())));
            for (var field : type.getFields()) {
                boolean isConstant = field.getModifiers().contains(JavaModifier.STATIC)
                        && field.getModifiers().contains(JavaModifier.FINAL);
                if (isPublic(field.getModifiers()) && !isConstant) {
                    complaints.add(field.getFullName() + " is a public field");
                }
                if (type.isRecord() && !isConstant && isMutable(field.getRawType())) {
                    complaints.add(field.getFullName() + " lets a caller change a record");
                }
            }
        }
        return complaints;
    }

    private static Stream<JavaClass> mentioned(JavaCodeUnit unit) {
        return Stream.of(
                        unit.getParameterTypes().stream().flatMap(type -> type.getAllInvolvedRawTypes().stream()),
                        unit.getReturnType().getAllInvolvedRawTypes().stream(),
                        unit.getExceptionTypes().stream())
                .flatMap(types -> types)
                .map(JavaClass::getBaseComponentType)
                .distinct();
    }

    private static boolean mayBeSeen(JavaClass type, List<String> exported) {
        return !type.getName().startsWith("dev.weir.")
                || SEAMS.contains(House.outermost(type))
                || (exported.contains(type.getPackageName()) && isVisible(type));
    }

    private static boolean isVisible(JavaClass type) {
        return isPublic(type.getModifiers())
                && type.getEnclosingClass().map(PublicTypesTest::isVisible).orElse(true);
    }

    private static boolean isPublic(Collection<JavaModifier> modifiers) {
        boolean isMade = modifiers.contains(JavaModifier.SYNTHETIC);
        return !isMade && (modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED));
    }

    private static boolean isMutable(JavaClass type) {
        return type.isArray()
                || (type.isAssignableTo(Collection.class) && !type.isInterface())
                || (type.isAssignableTo(java.util.Map.class) && !type.isInterface());
    }
}
