package dev.weir.house;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.CatchTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import dev.weir.house.House.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/// Reads sources with the JDK's own parser and collects what breaks the rules of length, of `Why:` and of catching.
final class SourceScan extends TreePathScanner<@Nullable Void, @Nullable Void> {
    static final int FILE_LINES = 800;
    static final int METHOD_LINES = 80;
    static final int PARAMETERS = 7;

    private static final Pattern TODO = Pattern.compile("\\b(TODO|FIXME|XXX)\\b(?!\\s*\\(?#\\d+)");

    private final Trees trees;
    private final Source source;
    private final List<String> catchesAllowed;
    private final List<String> complaints = new ArrayList<>();

    private SourceScan(Trees trees, Source source, List<String> catchesAllowed) {
        this.trees = trees;
        this.source = source;
        this.catchesAllowed = catchesAllowed;
    }

    /// @param catchesAllowed ends of the paths of files that may catch everything
    static List<String> complaints(List<Source> sources, List<String> catchesAllowed) {
        var complaints = new ArrayList<String>();
        for (var source : sources) {
            parse(source, (trees, unit) -> {
                var scan = new SourceScan(trees, source, catchesAllowed);
                scan.checkFile();
                scan.scan(unit, null);
                complaints.addAll(scan.complaints);
            });
        }
        return complaints;
    }

    /// What is done with a parsed source.
    interface Reader {
        void read(Trees trees, CompilationUnitTree unit);
    }

    static void parse(Source source, Reader reader) {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var file = new SimpleJavaFileObject(URI.create("text:///" + source.path()), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source.text();
            }
        };
        var task = (JavacTask) compiler.getTask(null, null, null, List.of("-proc:none"), null, List.of(file));
        try {
            for (var unit : task.parse()) {
                reader.read(Trees.instance(task), unit);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void checkFile() {
        long lines = source.text().lines().filter(line -> !line.isBlank()).count();
        if (lines > FILE_LINES && !source.text().contains("Why: long file")) {
            complain(1, lines + " lines, more than " + FILE_LINES + ": split it, or say `Why: long file`");
        }
        String[] texts = source.text().split("\n", -1);
        for (int line = 1; line <= texts.length; line++) {
            if (TODO.matcher(texts[line - 1]).find()) {
                complain(line, "what is to be done has an issue: write TODO #123");
            }
        }
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void unused) {
        long lines = line(end(method)) - line(start(method)) + 1;
        if (lines > METHOD_LINES && !text(method).contains("Why: long")) {
            complain(method, method.getName() + " has " + lines + " lines, more than " + METHOD_LINES);
        }
        int parameters = method.getParameters().size();
        if (parameters > PARAMETERS && !isOfRecord() && !text(method).contains("Why: wide")) {
            complain(method, method.getName() + " has " + parameters + " parameters: a record is missing");
        }
        return super.visitMethod(method, null);
    }

    @Override
    public @Nullable Void visitAnnotation(AnnotationTree annotation, @Nullable Void unused) {
        if (annotation.getAnnotationType().toString().endsWith("SuppressWarnings")) {
            int at = (int) line(start(annotation)) - 1;
            String[] texts = source.text().split("\n", -1);
            boolean isExplained = false;
            for (int near = Math.max(0, at - 4); near <= Math.min(texts.length - 1, at + 1); near++) {
                isExplained |= texts[near].contains("Why:");
            }
            if (!isExplained) {
                complain(annotation, "a warning is suppressed without `Why:` beside it");
            }
        }
        return super.visitAnnotation(annotation, null);
    }

    @Override
    public @Nullable Void visitCatch(CatchTree clause, @Nullable Void unused) {
        String type = clause.getParameter().getType().toString();
        boolean isEverything = Pattern.compile("(java\\.lang\\.)?(Throwable|Error)")
                .matcher(type)
                .matches();
        if (isEverything && catchesAllowed.stream().noneMatch(source.path()::endsWith)) {
            complain(clause, "catches " + type + ", which only the boundaries may");
        }
        return super.visitCatch(clause, null);
    }

    private boolean isOfRecord() {
        return getCurrentPath().getParentPath().getLeaf() instanceof ClassTree owner
                && owner.getKind() == Tree.Kind.RECORD;
    }

    /// With the three lines above it, where the reason may stand.
    private String text(Tree tree) {
        int from = (int) Math.max(0, line(start(tree)) - 4);
        var lines = source.text().lines().toList();
        return String.join("\n", lines.subList(from, (int) Math.min(lines.size(), line(end(tree)))));
    }

    private long start(Tree tree) {
        return trees.getSourcePositions().getStartPosition(getCurrentPath().getCompilationUnit(), tree);
    }

    private long end(Tree tree) {
        return Math.max(
                start(tree),
                trees.getSourcePositions().getEndPosition(getCurrentPath().getCompilationUnit(), tree));
    }

    private long line(long position) {
        return position < 0
                ? 1
                : getCurrentPath().getCompilationUnit().getLineMap().getLineNumber(position);
    }

    private void complain(Tree tree, String what) {
        complain(line(start(tree)), what);
    }

    private void complain(long line, String what) {
        complaints.add(source.path() + ":" + line + ": " + what);
    }
}
