package dev.weir.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Proves that the rules look at every module there is.
final class HouseTest {
    @Test
    void modulesAreReadFromThePom() {
        assertThat(House.modules("<modules><module>one</module>\n<module> two/three </module></modules>"))
                .containsExactly("one", "two/three");
    }

    @Test
    void everyFolderWithSourcesIsAModule() {
        var folders = House.files(House.ROOT, "pom.xml").stream()
                .map(pom -> House.ROOT.relativize(pom.getParent()).toString())
                .filter(folder -> !folder.isEmpty() && !folder.contains("target"))
                .toList();

        assertThat(folders).containsExactlyInAnyOrderElementsOf(House.ALL);
    }

    @Test
    void workshopIsPartOfTheModules() {
        assertThat(House.ALL).containsAll(House.WORKSHOP);
        assertThat(House.PRODUCT).containsAll(List.of("core", "http", "gateway"));
    }
}
