package dev.weir.house;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.PrimitiveTypeTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import dev.weir.house.House.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import org.jspecify.annotations.Nullable;

/// Finds public types and members of exported packages that tell their user nothing, and labels in the wrong order.
final class DocCommentScan extends TreePathScanner<@Nullable Void, @Nullable Void> {
    private static final List<String> LABELS = List.of("Owns", "Threads", "Waits", "Limits", "Fails", "Source");
    private static final Pattern LABEL = Pattern.compile("(?m)^\\s*\\*\\*(\\w+):\\*\\*");
    private static final Pattern THREADS = Pattern.compile("\\*\\*Threads:\\*\\*[^*]*");
    private static final Pattern THREAD_WORDS =
            Pattern.compile("(?s).*(immutable|thread-safe|guarded by|confined to).*");

    private final Trees trees;
    private final Source source;
    private final List<String> complaints = new ArrayList<>();

    private DocCommentScan(Trees trees, Source source) {
        this.trees = trees;
        this.source = source;
    }

    static List<String> complaints(List<Source> sources) {
        var complaints = new ArrayList<String>();
        for (var source : sources) {
            SourceScan.parse(source, (trees, unit) -> {
                var scan = new DocCommentScan(trees, source);
                scan.scan(unit, null);
                complaints.addAll(scan.complaints);
            });
        }
        return complaints;
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable Void unused) {
        if (!isVisible(type.getModifiers())) {
            return null;
        }
        String text = need(type.getSimpleName().toString());
        checkLabels(type.getSimpleName().toString(), text);
        if (type.getKind() == Tree.Kind.RECORD) {
            numbers(type)
                    .filter(name -> !text.contains("@param " + name))
                    .forEach(name -> complain(type.getSimpleName() + " does not say what its number " + name + " is"));
        }
        return super.visitClass(type, null);
    }

    /// What is inside of a block is nobody's to see.
    @Override
    public @Nullable Void visitBlock(BlockTree block, @Nullable Void unused) {
        return null;
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void unused) {
        boolean isOverride = method.getModifiers().getAnnotations().stream()
                .anyMatch(
                        annotation -> annotation.getAnnotationType().toString().equals("Override"));
        boolean isConstructor = method.getName().contentEquals("<init>");
        boolean isOfRecord = owner().getKind() == Tree.Kind.RECORD && isConstructor;
        if (isVisible(method.getModifiers()) && !isOverride && !isOfRecord) {
            need(isConstructor ? owner().getSimpleName() + "()" : method.getName() + "()");
        }
        return null;
    }

    @Override
    public @Nullable Void visitVariable(VariableTree field, @Nullable Void unused) {
        boolean isComponent = owner().getKind() == Tree.Kind.RECORD
                && !field.getModifiers().getFlags().contains(Modifier.STATIC);
        if (isVisible(field.getModifiers()) && !isComponent) {
            need(field.getName().toString());
        }
        return null;
    }

    /// The components whose type does not say what they are: a number has a unit and a range.
    private static Stream<String> numbers(ClassTree record) {
        return record.getMembers().stream()
                .filter(member -> member instanceof VariableTree field
                        && field.getType() instanceof PrimitiveTypeTree
                        && !field.getModifiers().getFlags().contains(Modifier.STATIC))
                .map(member -> ((VariableTree) member).getName().toString());
    }

    private boolean isVisible(ModifiersTree modifiers) {
        boolean isOfInterface = getCurrentPath().getParentPath().getLeaf() instanceof ClassTree type
                && type.getKind() == Tree.Kind.INTERFACE
                && !modifiers.getFlags().contains(Modifier.PRIVATE);
        return isOfInterface
                || modifiers.getFlags().contains(Modifier.PUBLIC)
                || modifiers.getFlags().contains(Modifier.PROTECTED);
    }

    private ClassTree owner() {
        return (ClassTree) getCurrentPath().getParentPath().getLeaf();
    }

    private String need(String name) {
        String text = trees.getDocComment(getCurrentPath());
        if (text == null || text.isBlank()) {
            complain(name + " has no doc comment");
            return "";
        }
        return text;
    }

    private void checkLabels(String name, String text) {
        var places = LABEL.matcher(text)
                .results()
                .map(found -> LABELS.indexOf(found.group(1)))
                .filter(place -> place >= 0)
                .toList();
        if (!places.equals(places.stream().sorted().toList())) {
            complain(name + " has its labels not in the order " + LABELS);
        }
        THREADS.matcher(text)
                .results()
                .map(MatchResult::group)
                .filter(line -> !THREAD_WORDS.matcher(line).matches())
                .forEach(line -> complain(name + ": Threads is immutable, thread-safe, guarded by or confined to"));
    }

    private void complain(String what) {
        var unit = getCurrentPath().getCompilationUnit();
        long at = trees.getSourcePositions()
                .getStartPosition(unit, getCurrentPath().getLeaf());
        complaints.add(source.path() + ":" + (at < 0 ? 1 : unit.getLineMap().getLineNumber(at)) + ": " + what);
    }
}
