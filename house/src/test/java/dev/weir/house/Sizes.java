package dev.weir.house;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.DoWhileLoopTree;
import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.IfTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.SynchronizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.WhileLoopTree;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import dev.weir.house.House.Source;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What is larger than one should aim at, largest first. It is told and fails nothing: a wall would be met by
/// cutting at the wall.
final class Sizes extends TreePathScanner<@Nullable Void, @Nullable Void> {
    private final Source source;
    private final Trees trees;
    private final CompilationUnitTree unit;
    private final List<Found> found;
    private int depth;
    private int deepest;

    /// What is measured, and what one should aim at.
    enum Measure {
        FILE_LINES(400),
        METHOD_LINES(40),
        PARAMETERS(5),
        NESTING(3);

        private final int aim;

        Measure(int aim) {
            this.aim = aim;
        }
    }

    /// One that is larger.
    record Found(Measure measure, String where, int size) {}

    private Sizes(Source source, Trees trees, CompilationUnitTree unit, List<Found> found) {
        this.source = source;
        this.trees = trees;
        this.unit = unit;
        this.found = found;
    }

    static List<Found> of(List<Source> sources) {
        var found = new ArrayList<Found>();
        for (var source : sources) {
            note(found, Measure.FILE_LINES, source.path(), lines(source));
            SourceScan.parse(source, (trees, unit) -> new Sizes(source, trees, unit, found).scan(unit, null));
        }
        found.sort(Comparator.comparing(Found::measure).thenComparingInt(one -> -one.size()));
        return found;
    }

    /// A line for each measure with how many there are, followed by the largest of them.
    ///
    /// @param each how many of each measure are named
    static List<String> report(List<Found> found, int each) {
        var lines = new ArrayList<String>();
        for (Measure measure : Measure.values()) {
            var some = found.stream().filter(one -> one.measure() == measure).toList();
            String what = measure.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            lines.add(some.size() + " with " + what + " over " + measure.aim);
            some.stream().limit(each).forEach(one -> lines.add("  " + one.size() + " " + one.where()));
        }
        return lines;
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void unused) {
        int outer = deepest;
        int outerDepth = depth;
        deepest = 0;
        depth = 0;
        super.visitMethod(method, null);
        String where = source.path() + ": " + method.getName();
        var positions = trees.getSourcePositions();
        var map = unit.getLineMap();
        long to = map.getLineNumber(Math.max(0, positions.getEndPosition(unit, method)));
        long from = map.getLineNumber(Math.max(0, positions.getStartPosition(unit, method)));
        note(found, Measure.METHOD_LINES, where, (int) (to - from + 1));
        note(found, Measure.PARAMETERS, where, method.getParameters().size());
        note(found, Measure.NESTING, where, deepest);
        deepest = outer;
        depth = outerDepth;
        return null;
    }

    @Override
    public @Nullable Void scan(@Nullable Tree tree, @Nullable Void unused) {
        boolean nests = tree != null && nests(tree);
        if (nests) deepest = Math.max(deepest, ++depth);
        super.scan(tree, null);
        if (nests) depth--;
        return null;
    }

    private boolean nests(Tree tree) {
        // Why: `else if` stands beside its `if`, not in it.
        if (tree instanceof IfTree) {
            return !(getCurrentPath() != null
                    && getCurrentPath().getLeaf() instanceof IfTree above
                    && above.getElseStatement() == tree);
        }
        return tree instanceof ForLoopTree
                || tree instanceof EnhancedForLoopTree
                || tree instanceof WhileLoopTree
                || tree instanceof DoWhileLoopTree
                || tree instanceof SwitchTree
                || tree instanceof TryTree
                || tree instanceof SynchronizedTree;
    }

    private static void note(List<Found> found, Measure measure, String where, int size) {
        if (size > measure.aim) found.add(new Found(measure, where, size));
    }

    private static int lines(Source source) {
        return (int) source.text().lines().filter(line -> !line.isBlank()).count();
    }
}
