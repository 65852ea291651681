package dev.weir.house;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import dev.weir.house.planted.high.Above;
import dev.weir.house.planted.low.Below;
import dev.weir.house.planted.low.SlowCodec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Proves that packages know only those below them and that no two know each other. It reads the compiled classes.
final class ArchitectureTest {
    private static final List<String> SANS_IO = List.of("dev.weir.protocol", "dev.weir.http.codec");
    private static final List<String> NOT_FOR_CODECS = List.of(
            "java.nio.channels",
            "java.net",
            "java.nio.file",
            "dev.weir.transport",
            "dev.weir.loop",
            "dev.weir.connection");

    private static final JavaClasses CLASSES = House.classes(House.ALL);

    @Test
    void corePackagesDependOnlyOnLowerOnes() {
        assertThat(PackageOrder.CORE.complaints(House.classes(List.of("core")))).isEmpty();
    }

    @Test
    void aPackageThatLooksUpIsFound() {
        var order = new PackageOrder("dev.weir.house.planted", List.of(List.of("low"), List.of("high")));

        assertThat(order.complaints(House.planted(Below.class, Above.class)))
                .isNotEmpty()
                .allMatch(complaint -> complaint.contains("Below"));
    }

    @Test
    void aPackageThatLooksUpFromBelowAnotherIsFound() {
        var order = new PackageOrder("dev.weir.house", List.of(List.of("planted.low"), List.of("planted")));

        assertThat(order.complaints(House.planted(Below.class, Above.class)))
                .isNotEmpty()
                .allMatch(complaint -> complaint.contains("Below"));
    }

    @Test
    void neighboursThatDependOnEachOtherAreFound() {
        var order = new PackageOrder("dev.weir.house.planted", List.of(List.of("low", "high")));

        assertThat(order.complaints(House.planted(Below.class, Above.class)))
                .anyMatch(complaint -> complaint.contains("Below"))
                .anyMatch(complaint -> complaint.contains("Above"));
    }

    @Test
    void aPackageWithoutAPlaceIsFound() {
        assertThat(PackageOrder.CORE.complaints(House.planted(Below.class)))
                .anyMatch(complaint -> complaint.contains("no place in the order"));
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.weir.(**)")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void aCycleIsFound() {
        var rule = slices().matching("dev.weir.house.(**)").should().beFreeOfCycles();

        assertThatThrownBy(() -> rule.check(House.planted(Below.class, Above.class)))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void codecsDoNoInputOrOutputAndHaveNoThreads() {
        assertThat(codecComplaints(CLASSES, SANS_IO)).isEmpty();
    }

    @Test
    void aCodecThatWaitsIsFound() {
        assertThat(codecComplaints(House.planted(SlowCodec.class), List.of("dev.weir.house.planted.low")))
                .anyMatch(complaint -> complaint.contains("java.net.Socket"))
                .anyMatch(complaint -> complaint.contains("lock"))
                .anyMatch(complaint -> complaint.contains("synchronized"));
    }

    @Test
    void transportAndProtocolDoNotDependOnEachOther() {
        var inward = new PackageOrder("dev.weir", List.of(List.of("transport", "protocol")));

        assertThat(inward.complaints(CLASSES)).noneMatch(complaint -> complaint.contains("looks up or sideways"));
    }

    private static List<String> codecComplaints(JavaClasses classes, List<String> packages) {
        var complaints = new ArrayList<String>();
        for (var type : classes) {
            if (packages.stream().noneMatch(root -> isBelow(type, root))) {
                continue;
            }
            for (var dependency : type.getDirectDependenciesFromSelf()) {
                if (NOT_FOR_CODECS.stream().anyMatch(root -> isBelow(dependency.getTargetClass(), root))) {
                    complaints.add(dependency.getDescription());
                }
            }
            type.getFields().stream()
                    .filter(field -> field.getRawType().isAssignableTo(Thread.class)
                            || field.getRawType().isAssignableTo(java.util.concurrent.locks.Lock.class)
                            || field.getRawType().getName().equals("dev.weir.time.Clock"))
                    .forEach(field -> complaints.add("a codec has no thread, lock or clock: " + field.getFullName()));
            type.getMethods().stream()
                    .filter(method -> method.getModifiers().contains(JavaModifier.SYNCHRONIZED))
                    .forEach(
                            method -> complaints.add("a codec is confined, not synchronized: " + method.getFullName()));
        }
        return complaints;
    }

    private static boolean isBelow(JavaClass type, String root) {
        String name = type.getPackageName();
        return name.equals(root) || name.startsWith(root + ".");
    }
}
