package dev.weir.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.house.House.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Proves that docs/situations.md lists exactly the situations that tests reproduce. It compares the ids of
/// its table with those in the display names of tests.
final class SituationsTest {
    private static final Pattern DISPLAY_NAME = Pattern.compile("@DisplayName\\(\\s*((?:\"[^\"]*\"[\\s+]*)+)\\)");
    private static final Pattern ID = Pattern.compile("\\b([STHWP]-\\d{2}|I-\\d{1,2})\\b");
    private static final Pattern ROW = Pattern.compile("(?m)^\\|\\s*([A-Z]-\\d{1,2})\\s*\\|\\s*(\\S[^|]{10,})\\|");

    @Test
    void thePageListsWhatTestsReproduce() {
        var page = House.read(House.ROOT.resolve("docs/situations.md"));
        var modules =
                House.ALL.stream().filter(module -> !module.equals("house")).toList();

        assertThat(complaints(page, House.testSources(modules))).isEmpty();
    }

    @Test
    void anIdOnOneSideOnlyIsFound() {
        var page = "| H-05 | A waiter gives up at the very instant of its grant. |\n| H-06 | short |\n";
        var test = new Source(
                "XTest.java", "@DisplayName(\"S-01 H-06 two frames in \" + \"one segment\") @Test void x() {}");

        assertThat(complaints(page, List.of(test)))
                .anyMatch(complaint -> complaint.contains("H-05") && complaint.contains("no test"))
                .anyMatch(complaint -> complaint.contains("S-01") && complaint.contains("no row"))
                .anyMatch(complaint -> complaint.contains("H-06") && complaint.contains("no row"))
                .hasSize(3);
    }

    private static List<String> complaints(String page, List<Source> tests) {
        var complaints = new ArrayList<String>();
        SortedSet<String> listed = new TreeSet<>();
        ROW.matcher(page).results().forEach(row -> listed.add(row.group(1)));
        SortedSet<String> tested = new TreeSet<>();
        for (var test : tests) {
            DISPLAY_NAME
                    .matcher(test.text())
                    .results()
                    .forEach(name -> ID.matcher(name.group(1))
                            .results()
                            .map(id -> id.group(1))
                            .filter(id -> tested.add(id) && !listed.contains(id))
                            .forEach(id -> complaints.add(id + " has no row in docs/situations.md: " + test.path()
                                    + " says " + name.group(1).strip())));
        }
        listed.stream()
                .filter(id -> !tested.contains(id))
                .forEach(
                        id -> complaints.add(id + " is in docs/situations.md, but no test has it in its display name"));
        return complaints;
    }
}
