package dev.weir.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.weir.house.House.Source;
import dev.weir.house.planted.high.Above;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Proves that every package tells what it depends on, and tells the truth. It compares the `**Depends on:**` line
/// of
/// each
/// package-info with the compiled classes.
///
/// The line names packages, with or without `dev.weir.`, separated by commas; or it begins with "nothing".
final class PackagePagesTest {
    private static final Pattern LINE =
            Pattern.compile("(?s)\\*\\*Depends on:\\*\\*(.*?)(\\.\\s|\\.$|;|\n(?!///)|\n///\\s*\n)");
    private static final Pattern PACKAGE_OF = Pattern.compile("(?m)^package ([\\w.]+);");
    private static final Pattern IMPORT = Pattern.compile("(?m)^import (?:static )?(dev\\.weir(?:\\.[a-z]\\w*)+)\\.");

    @Test
    void everyPackageHasAPageAndIsNullMarked() {
        var sources = new ArrayList<>(House.mainSources(House.ALL));
        sources.addAll(House.testSources(List.of("house")));

        assertThat(withoutPage(sources)).isEmpty();
    }

    @Test
    void aPackageWithoutPageIsFound() {
        var lonely = new Source("core/src/main/java/dev/weir/x/X.java", "package dev.weir.x;");
        var unmarked = new Source("core/src/main/java/dev/weir/y/package-info.java", "package dev.weir.y;");

        assertThat(withoutPage(List.of(lonely, unmarked))).hasSize(2);
    }

    @Test
    void dependsOnLinesMatchTheImports() {
        assertThat(untrue(House.mainSources(House.PRODUCT), House.classes(House.PRODUCT)))
                .isEmpty();
    }

    @Test
    void anUntruePageIsFound() {
        String head = "/// Planted.\n///\n/// **Depends on:** ";
        String tail = ".\n@NullMarked\npackage dev.weir.house.planted.high;\n";
        String path = "package-info.java";
        var classes = House.planted(Above.class);

        assertThat(untrue(List.of(new Source(path, head + "nothing of Weir" + tail)), classes))
                .hasSize(1);
        assertThat(untrue(List.of(new Source(path, head + "`house.planted.low`, `time`" + tail)), classes))
                .hasSize(1);
        assertThat(untrue(List.of(new Source(path, head + "`dev.weir.house.planted.low`" + tail)), classes))
                .isEmpty();
        assertThat(untrue(List.of(new Source(path, "@NullMarked\npackage dev.weir.house.planted.high;\n")), classes))
                .hasSize(1);
    }

    private static List<String> withoutPage(List<Source> sources) {
        var complaints = new ArrayList<String>();
        var pages = new TreeSet<String>();
        for (var source : sources) {
            if (source.path().endsWith("package-info.java")) {
                pages.add(folder(source));
                if (!source.text().contains("@NullMarked")) {
                    complaints.add(source.path() + " is not @NullMarked");
                }
            }
        }
        sources.stream()
                .filter(source -> !source.path().endsWith("module-info.java") && !pages.contains(folder(source)))
                .forEach(source -> complaints.add(folder(source) + " has no package-info.java"));
        return complaints;
    }

    private static List<String> untrue(List<Source> sources, JavaClasses classes) {
        var complaints = new ArrayList<String>();
        for (var page : sources) {
            if (!page.path().endsWith("package-info.java")) {
                continue;
            }
            String name = only(PACKAGE_OF, page.text());
            var told = told(page.text());
            var used = used(name, classes);
            var imported = imported(page, sources);
            var untold = new TreeSet<>(used);
            untold.removeAll(told);
            var unused = new TreeSet<>(told);
            unused.removeAll(used);
            unused.removeAll(imported);
            if (!page.text().contains("**Depends on:**")) {
                complaints.add(page.path() + " has no line **Depends on:**; it should name " + used);
            } else if (!untold.isEmpty() || !unused.isEmpty()) {
                complaints.add(page.path() + ": **Depends on:** misses " + untold + " and names unused " + unused);
            }
        }
        return complaints;
    }

    private static SortedSet<String> told(String page) {
        var names = new TreeSet<String>();
        String line = LINE.matcher(page)
                .results()
                .map(found -> found.group(1))
                .findFirst()
                .orElse("");
        if (line.strip().startsWith("nothing")) {
            return names;
        }
        Pattern.compile("[a-z][\\w]*(\\.[a-z]\\w*)*")
                .matcher(line)
                .results()
                .map(MatchResult::group)
                .filter(word -> !List.of("and", "java.base", "jdk.jfr").contains(word))
                .forEach(word -> names.add(word.startsWith("dev.weir.") ? word : "dev.weir." + word));
        return names;
    }

    private static SortedSet<String> used(String name, JavaClasses classes) {
        var names = new TreeSet<String>();
        classes.stream()
                .filter(type -> type.getPackageName().equals(name))
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .map(dependency ->
                        dependency.getTargetClass().getBaseComponentType().getPackageName())
                .filter(other -> other.startsWith("dev.weir.") && !other.equals(name))
                .forEach(names::add);
        return names;
    }

    /// A constant of another package leaves no trace in the class file, only its import.
    private static SortedSet<String> imported(Source page, List<Source> sources) {
        var names = new TreeSet<String>();
        sources.stream()
                .filter(source -> folder(source).equals(folder(page)))
                .flatMap(source -> IMPORT.matcher(source.text()).results())
                .forEach(found -> names.add(found.group(1)));
        return names;
    }

    private static String folder(Source source) {
        int slash = source.path().lastIndexOf('/');
        return slash < 0 ? "" : source.path().substring(0, slash);
    }

    private static String only(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(found -> found.group(1))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no " + pattern + " in " + text));
    }
}
