package dev.weir.house;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Something of the JDK that only a few classes of Weir may touch, and why.
///
/// @param what what lies behind the door, as patterns of `Class.member`; a pattern without member stands for any
///     use
/// @param except what these patterns match and yet is free to all
/// @param through packages (`dev.weir.time`) and classes (`dev.weir.loop.Threads`) that may pass
/// @param why the sentence a reader of the complaint needs
record Door(List<Pattern> what, List<Pattern> except, List<String> through, String why) {

    static Door of(String why, List<String> through, String... what) {
        return new Door(Stream.of(what).map(Pattern::compile).toList(), List.of(), through, why);
    }

    Door butFree(String... except) {
        return new Door(what, Stream.of(except).map(Pattern::compile).toList(), through, why);
    }

    List<String> complaints(JavaClasses classes) {
        return classes.stream()
                .filter(type -> !mayPass(type))
                .flatMap(type -> Stream.concat(members(type), types(type)))
                .map(found -> found + " (" + why + ")")
                .distinct()
                .toList();
    }

    private Stream<String> members(JavaClass type) {
        Stream<JavaAccess<?>> accesses = Stream.concat(
                type.getAccessesFromSelf().stream(),
                Stream.concat(
                        type.getMethodReferencesFromSelf().stream(), type.getConstructorReferencesFromSelf().stream()));
        return accesses.filter(access -> isBehind(access.getTargetOwner().getName() + "." + access.getName()))
                .map(JavaAccess::getDescription);
    }

    private Stream<String> types(JavaClass type) {
        return type.getDirectDependenciesFromSelf().stream()
                .filter(dependency -> isBehind(
                        dependency.getTargetClass().getBaseComponentType().getName()))
                .map(dependency -> dependency.getDescription());
    }

    private boolean isBehind(String name) {
        Predicate<Pattern> matches = pattern -> pattern.matcher(name).matches();
        return what.stream().anyMatch(matches) && except.stream().noneMatch(matches);
    }

    private boolean mayPass(JavaClass type) {
        String outermost = House.outermost(type);
        return through.stream()
                .anyMatch(allowed -> outermost.equals(allowed)
                        || type.getPackageName().equals(allowed)
                        || type.getPackageName().startsWith(allowed + "."));
    }
}
