package dev.weir.house;

import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayList;
import java.util.List;

/// A list of packages, lowest first, each of which may depend on itself and on those before it.
///
/// Packages of one row are neighbours that do not know each other. A package below one of the list belongs to
/// it, unless it has a row of its own.
record PackageOrder(String root, List<List<String>> rows) {

    /// The packages of `core`. What is new here needs a row, and a reason in docs/adr.
    static final PackageOrder CORE = new PackageOrder(
            "dev.weir",
            List.of(
                    List.of("time"),
                    List.of("ledger"),
                    List.of("memory.block"),
                    List.of("memory.wait"),
                    List.of("memory"),
                    List.of("loop"),
                    List.of("transport"),
                    List.of("protocol"),
                    List.of("connection"),
                    List.of("flow", "pool", "message"),
                    List.of("runtime"),
                    List.of("server", "client")));

    List<String> complaints(JavaClasses classes) {
        var complaints = new ArrayList<String>();
        for (var type : classes) {
            if (row(type.getPackageName()) < 0) {
                complaints.add(type.getName() + " is in a package that has no place in the order");
            }
            for (var dependency : type.getDirectDependenciesFromSelf()) {
                String from = type.getPackageName();
                String to = dependency.getTargetClass().getBaseComponentType().getPackageName();
                if (row(from) >= 0 && row(to) >= 0 && !mayDepend(from, to)) {
                    complaints.add("looks up or sideways: " + dependency.getDescription());
                }
            }
        }
        return complaints;
    }

    private boolean mayDepend(String from, String to) {
        return row(to) < row(from) || name(from).equals(name(to));
    }

    private int row(String packageName) {
        for (int row = 0; row < rows.size(); row++) {
            if (rows.get(row).contains(name(packageName))) {
                return row;
            }
        }
        return -1;
    }

    private boolean hasRow(String name) {
        return rows.stream().anyMatch(row -> row.contains(name));
    }

    private String name(String packageName) {
        if (!packageName.startsWith(root + ".")) {
            return "";
        }
        String rest = packageName.substring(root.length() + 1);
        for (String own = rest; own.contains("."); own = own.substring(0, own.lastIndexOf('.'))) {
            if (hasRow(own)) return own;
        }
        int dot = rest.indexOf('.');
        return dot < 0 ? rest : rest.substring(0, dot);
    }
}
