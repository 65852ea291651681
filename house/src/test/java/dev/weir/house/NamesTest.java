package dev.weir.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import dev.weir.house.planted.LimitManager;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Proves that names say what a thing is: no class named after nothing (`Manager`, `Util`), no accessor that begins
/// with `get`. It reads the compiled classes.
final class NamesTest {
    private static final Pattern SAYS_NOTHING =
            Pattern.compile(".*(Manager|Helper|Utils?|Impl|Base|Info|Data|Misc|Common|Wrapper|Processor)");
    private static final Pattern DRAWER = Pattern.compile(".*\\.(utils?|common|misc|internal|helpers?|impl)(\\..*)?");
    private static final Pattern EMPTY_METHOD = Pattern.compile("do[A-Z]\\w*|\\w+(0|Internal|Do)");
    private static final Pattern GETTER = Pattern.compile("get[A-Z]\\w*");
    private static final Pattern MAX_FIRST = Pattern.compile("max[A-Z]\\w*");

    private static final JavaClasses CLASSES = House.classes(House.ALL);

    @Test
    void forbiddenNameEndingsAreAbsent() {
        assertThat(complaints(CLASSES)).isEmpty();
    }

    @Test
    void namesThatSayNothingAreFound() {
        var planted = House.planted(LimitManager.class);

        assertThat(complaints(planted))
                .anyMatch(complaint -> complaint.contains("says nothing"))
                .anyMatch(complaint -> complaint.contains("getLimit"))
                .anyMatch(complaint -> complaint.contains("maxWaiters"))
                .anyMatch(complaint -> complaint.contains("close0"));
        assertThat(DRAWER.matcher("dev.weir.http.util.text").matches()).isTrue();
    }

    private static List<String> complaints(JavaClasses classes) {
        var complaints = new ArrayList<String>();
        for (var type : classes) {
            if (SAYS_NOTHING.matcher(type.getSimpleName()).matches()) {
                complaints.add(type.getName() + ": the end of this name says nothing");
            }
            if (DRAWER.matcher(type.getPackageName()).matches()) {
                complaints.add(type.getPackageName() + ": a package is not a drawer");
            }
            type.getMethods().forEach(method -> complaints.addAll(methodComplaints(method)));
            type.getFields().stream()
                    .filter(field -> type.isRecord()
                            && MAX_FIRST.matcher(field.getName()).matches())
                    .forEach(field -> complaints.add(field.getFullName() + ": the limit's own word first, max last"));
        }
        return complaints;
    }

    private static List<String> methodComplaints(JavaMethod method) {
        var complaints = new ArrayList<String>();
        boolean isPrivate = method.getModifiers().contains(JavaModifier.PRIVATE);
        boolean isMade = method.getModifiers().contains(JavaModifier.SYNTHETIC)
                || method.getName().contains("$");
        if (isPrivate && !isMade && EMPTY_METHOD.matcher(method.getName()).matches()) {
            complaints.add(method.getFullName() + ": this name says nothing that its caller's does not");
        }
        var owner = method.getOwner();
        boolean isOurs = Stream.concat(owner.getAllRawSuperclasses().stream(), owner.getAllRawInterfaces().stream())
                .filter(parent -> !parent.getName().startsWith("dev.weir."))
                .flatMap(parent -> parent.getMethods().stream())
                .noneMatch(inherited -> inherited.getName().equals(method.getName()));
        if (!isPrivate && !isMade && isOurs && GETTER.matcher(method.getName()).matches()) {
            complaints.add(method.getFullName() + ": an accessor is a bare noun");
        }
        return complaints;
    }
}
