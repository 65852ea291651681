package dev.weir.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import dev.weir.house.planted.RemoteSessionManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Proves that names say what a thing is, in the words of docs/VOCABULARY.md. It reads the compiled classes
/// and that page.
final class NamesTest {
    private static final Pattern SAYS_NOTHING =
            Pattern.compile(".*(Manager|Helper|Utils?|Impl|Base|Info|Data|Misc|Common|Wrapper|Processor)");
    private static final Pattern DRAWER = Pattern.compile(".*\\.(utils?|common|misc|internal|helpers?|impl)(\\..*)?");
    private static final Pattern EMPTY_METHOD = Pattern.compile("do[A-Z]\\w*|\\w+(0|Internal|Do)");
    private static final Pattern GETTER = Pattern.compile("get[A-Z]\\w*");
    private static final Pattern MAX_FIRST = Pattern.compile("max[A-Z]\\w*");

    /// Class names in which a word of the right column is meant otherwise, with the reason.
    private static final List<String> OTHER_MEANING = List.of();

    private static final JavaClasses CLASSES = House.classes(House.ALL);

    @Test
    void namesSayWhatAThingIs() {
        assertThat(complaints(CLASSES, wordsRefused())).isEmpty();
    }

    @Test
    void namesThatSayNothingAreFound() {
        var planted = House.planted(RemoteSessionManager.class);

        assertThat(complaints(planted, List.of("Remote", "Session")))
                .anyMatch(complaint -> complaint.contains("says nothing"))
                .anyMatch(complaint -> complaint.contains("Remote "))
                .anyMatch(complaint -> complaint.contains("Session "))
                .anyMatch(complaint -> complaint.contains("getLimit"))
                .anyMatch(complaint -> complaint.contains("maxWaiters"))
                .anyMatch(complaint -> complaint.contains("close0"));
        assertThat(DRAWER.matcher("dev.weir.http.util.text").matches()).isTrue();
    }

    @Test
    void theVocabularyRefusesWords() {
        assertThat(wordsRefused()).contains("Remote", "Packet", "Dialer");
    }

    private static List<String> complaints(JavaClasses classes, List<String> refused) {
        var complaints = new ArrayList<String>();
        for (var type : classes) {
            if (SAYS_NOTHING.matcher(type.getSimpleName()).matches()) {
                complaints.add(type.getName() + ": the end of this name says nothing");
            }
            if (DRAWER.matcher(type.getPackageName()).matches()) {
                complaints.add(type.getPackageName() + ": a package is not a drawer");
            }
            refused.stream()
                    .filter(word -> hasWord(type, word) && !OTHER_MEANING.contains(type.getName()))
                    .forEach(word -> complaints.add(type.getName() + ": not " + word + " but a word of VOCABULARY.md"));
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

    /// `RemoteSession` has the words Remote and Session; `Remoteness` has neither.
    private static boolean hasWord(JavaClass type, String word) {
        return Arrays.asList(type.getSimpleName().split("(?<=[a-z0-9])(?=[A-Z])"))
                .contains(word);
    }

    /// The page is the rule: its paragraph that begins "Refused in class names:" lists the words in backticks.
    private static List<String> wordsRefused() {
        String page = House.read(House.ROOT.resolve("docs/VOCABULARY.md"));
        String paragraph =
                page.substring(page.indexOf("Refused in class names:")).split("\n\n", -1)[0];
        return Pattern.compile("`(\\w+)`")
                .matcher(paragraph)
                .results()
                .map(found -> found.group(1))
                .toList();
    }
}
