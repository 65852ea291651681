package dev.weir.bench;

import dev.weir.bench.measure.Contender;
import dev.weir.bench.measure.Options.UnfitOptionException;
import dev.weir.bench.measure.Page;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What follows the name `memory` on the command line.
///
/// @param only names of parts and of contenders, empty for all
/// @param seconds in place of the usual ones, 0 for those
/// @param base seconds of quick clients before a slow crowd comes to Weir, 0 for the usual ones
/// @param isKept whether what is not the usual run is kept in the repository all the same
record MemoryOptions(List<String> only, int seconds, int base, boolean isKept) {
    /// How to write them.
    static final String USAGE = "[--only NAME,NAME...] [--seconds N] [--base N] [--keep]";

    private static final int SECONDS_MOST = 600;
    private static final String HEAD = """
            # Memory that is short

            What happens when peers are slow and the budget is small. Every part has a command of its own, and the date of its last run.

            **What these numbers cannot say.** Everything runs on one machine with two cores: the program that is measured has one of them,
            clients and origin share the other, and all traffic is loopback's. Memory that the kernel holds for sockets is no part of
            any process and of no budget; it is shown beside. Clients and origins here use segments of 1 448 bytes and clients small receive
            buffers; with loopback's own segments of 64 KiB the kernel would hold up to 2.5 MiB for each connection and no
            program would notice a slow peer for minutes. A real network adds loss, distance and a network card, none of which is here.
            """;

    /// Reads them.
    ///
    /// @throws UnfitOptionException when one is unknown or has no fit value, with what was expected
    static MemoryOptions read(List<String> words) {
        var options = new MemoryOptions(List.of(), 0, 0, false);
        for (int i = 0; i < words.size(); i++) {
            String option = words.get(i);
            boolean isAlone = option.equals("--keep");
            String value = !isAlone && i + 1 < words.size() ? words.get(++i) : "";
            options = options.with(option, value);
        }
        return options;
    }

    private MemoryOptions with(String option, String value) {
        return switch (option) {
            case "--keep" -> new MemoryOptions(only, seconds, base, true);
            case "--only" -> new MemoryOptions(List.of(value.split(",", -1)), seconds, base, isKept);
            case "--seconds" -> new MemoryOptions(only, count(option, value), base, isKept);
            case "--base" -> new MemoryOptions(only, seconds, count(option, value), isKept);
            default -> throw new UnfitOptionException("unknown option " + option + "; there are " + USAGE);
        };
    }

    private static int count(String option, String value) {
        if (value.matches("[1-9]\\d{0,2}") && Integer.parseInt(value) <= SECONDS_MOST) return Integer.parseInt(value);
        throw new UnfitOptionException(option + " needs a number from 1 to " + SECONDS_MOST + ", was '" + value + "'");
    }

    /// Those parts that were asked for; all when no part was named.
    ///
    /// @throws UnfitOptionException when a name is neither that of a part nor of a contender
    List<MemoryPart> parts(List<MemoryPart> all, List<Contender> contenders) {
        var known = new ArrayList<>(all.stream().map(MemoryPart::name).toList());
        known.addAll(contenders.stream().map(Contender::name).toList());
        for (String name : only) {
            if (!known.contains(name)) {
                throw new UnfitOptionException(
                        "no part or contender '" + name + "'; there are " + String.join(", ", known));
            }
        }
        var named = all.stream().filter(part -> only.contains(part.name())).toList();
        return named.isEmpty() ? all : named;
    }

    /// Those of `all` contenders that were asked for; the usual ones when none was named.
    List<Contender> contenders(List<Contender> usual, List<Contender> all) {
        var named = all.stream().filter(one -> only.contains(one.name())).toList();
        return named.isEmpty() ? usual : named;
    }

    int secondsOr(int usual) {
        return seconds == 0 ? usual : seconds;
    }

    int baseOr(int usual) {
        return base == 0 ? usual : base;
    }

    /// The command that makes a part again, without contenders.
    String command(String part) {
        return command(part, List.of());
    }

    /// The command that makes a part again.
    ///
    /// @param all contenders, of which those that were named are told
    String command(String part, List<Contender> all) {
        var names = new ArrayList<>(List.of(part));
        all.stream().map(Contender::name).filter(only::contains).forEach(names::add);
        return "./weir bench memory --only " + String.join(",", names)
                + (seconds == 0 ? "" : " --seconds " + seconds)
                + (base == 0 ? "" : " --base " + base);
    }

    /// Prints a part, and keeps it where it belongs.
    void keep(Page page) throws IOException {
        page.keepIn(file(), HEAD);
    }

    /// Where a picture of the page goes.
    Path picture(String part) {
        return file().resolveSibling("memory-" + part + ".svg");
    }

    private Path file() {
        return BenchFolders.result("memory", isKept || equals(read(List.of())));
    }
}
