package dev.weir.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.house.House.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Proves that there is one style of braces: a body without braces stands on the line of its `if`, `for`,
/// `while` or `else`, and where one branch has braces its `else` has them, too.
final class BracesTest {
    private static final Pattern HEAD = Pattern.compile("(\\} )?(else )?(if|for|while) ?\\(.*");
    private static final Pattern TEXT = Pattern.compile("\"(\\\\.|[^\"\\\\])*\"|'(\\\\.|[^'\\\\])*'");
    private static final Pattern MIXED = Pattern.compile("\\} else (?!if\\b)[^{]*;");

    @Test
    void bodiesHaveBracesOrStandOnTheLineOfTheirCondition() {
        var all = Stream.concat(House.mainSources(House.ALL).stream(), House.testSources(House.ALL).stream());
        assertThat(all.flatMap(source -> complaints(source).stream())).isEmpty();
    }

    @Test
    void otherStylesAreFound() {
        assertThat(complaints("if (a)\n    b();")).containsExactly("X.java:1: if (a)");
        assertThat(complaints("for (a : list(\n        c))\n    b();")).containsExactly("X.java:1: for (a : list( c))");
        assertThat(complaints("if (a) {\n    b();\n} else c();")).containsExactly("X.java:3: } else c();");
        assertThat(complaints("if (a) b();\nelse {\n}")).containsExactly("X.java:2: else {");
        assertThat(complaints("else\n    b();")).containsExactly("X.java:1: else");
    }

    @Test
    void bothStylesOfTheProjectPass() {
        assertThat(complaints("if (a) b(); // why\nelse c();\nif (a\n        && b) {\n} else if (c) {\n} else {\n}"))
                .isEmpty();
        assertThat(complaints("do {\n} while (a);\nfor (;;) if (a) b(\n        c);"))
                .isEmpty();
    }

    private static List<String> complaints(String text) {
        return complaints(new Source("X.java", text));
    }

    private static List<String> complaints(Source source) {
        var complaints = new ArrayList<String>();
        List<String> lines = source.text().lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = head(lines, i);
            boolean isLonely = HEAD.matcher(line).matches() && line.endsWith(")");
            boolean isElse = line.equals("else") || line.equals("} else") || line.equals("else {");
            if (isLonely || isElse || MIXED.matcher(line).matches()) {
                complaints.add(source.path() + ":" + (i + 1) + ": " + line);
            }
        }
        return complaints;
    }

    /// The line, joined with those behind it until every parenthesis of a condition is closed.
    private static String head(List<String> lines, int at) {
        String line = code(lines.get(at));
        if (!HEAD.matcher(line).matches()) return line;
        var joined = new StringBuilder(line);
        for (int next = at + 1; isOpen(joined) && next < lines.size(); next++) {
            joined.append(' ').append(code(lines.get(next)));
        }
        return joined.toString();
    }

    private static boolean isOpen(CharSequence text) {
        return text.chars().map(c -> c == '(' ? 1 : c == ')' ? -1 : 0).sum() > 0;
    }

    /// Without its comment and what stands in quotes.
    private static String code(String line) {
        return TEXT.matcher(line).replaceAll("\"\"").replaceFirst("//.*", "").strip();
    }
}
