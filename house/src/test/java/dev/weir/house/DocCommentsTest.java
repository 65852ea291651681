package dev.weir.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.house.House.Source;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Proves that everything a user can see tells what it is. It parses the sources of exported packages.
final class DocCommentsTest {

    @Test
    void whatIsExportedIsExplained() {
        var exported = Exports.of(House.PRODUCT);
        var sources = House.mainSources(House.PRODUCT).stream()
                .filter(source -> exported.stream().anyMatch(name -> isIn(source, name)))
                .toList();

        assertThat(sources).isNotEmpty();
        assertThat(DocCommentScan.complaints(sources)).isEmpty();
    }

    @Test
    void whatIsNotExplainedIsFound() {
        assertThat(scan("public class X { public X() {} protected int a; public void f() {} void g() {} }"))
                .hasSize(4);
        assertThat(scan("/// X.\npublic interface X { int a(); }")).hasSize(1);
        assertThat(scan("/// X.\npublic enum X { A, /// B.\n B }")).hasSize(1);
        assertThat(scan("/// X.\n///\n/// @param b it\npublic record X(int a, int b) {}"))
                .hasSize(1);
        assertThat(scan("/// X.\n///\n/// **Waits:** never.\n/// **Owns:** all.\npublic class X {}"))
                .hasSize(1);
        assertThat(scan("/// X.\n///\n/// **Threads:** one at a time.\npublic class X {}"))
                .hasSize(1);
        assertThat(
                        scan(
                                "/// X.\n///\n/// **Threads:** immutable.\npublic class X { @Override public String toString() {} }"))
                .isEmpty();
        assertThat(scan("/// X.\npublic class X { static { try { int a; } catch (Error e) { } } }"))
                .isEmpty();
    }

    private static List<String> scan(String text) {
        return DocCommentScan.complaints(List.of(new Source("X.java", text)));
    }

    private static boolean isIn(Source source, String packageName) {
        return source.path().replaceAll("/[^/]*$", "").endsWith("/" + packageName.replace('.', '/'));
    }
}
