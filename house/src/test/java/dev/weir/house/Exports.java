package dev.weir.house;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The packages that a module-info exports to everybody.
final class Exports {
    private static final Pattern TO_ALL = Pattern.compile("(?m)^\\s*exports\\s+([\\w.]+)\\s*;");

    private Exports() {}

    static List<String> of(List<String> modules) {
        var packages = new ArrayList<String>();
        for (var source : House.mainSources(modules)) {
            if (source.path().endsWith("module-info.java")) {
                TO_ALL.matcher(source.text()).results().forEach(found -> packages.add(found.group(1)));
            }
        }
        return packages;
    }
}
