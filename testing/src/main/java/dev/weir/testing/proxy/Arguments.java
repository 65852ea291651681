package dev.weir.testing.proxy;

import dev.weir.transport.Endpoint;
import dev.weir.transport.NameLookup;
import dev.weir.transport.TransportException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The command line of `./weir faultproxy`, read from left to right.
///
/// **Threads:** confined to the main thread.
/// **Fails:** wrong arguments throw [Refused] with one sentence.
final class Arguments {
    static final String USAGE = """
            usage: ./weir faultproxy --to ADDR [--listen ADDR] [FAULT...]

            Connects each client to the target, and injects faults between them until Ctrl-C.

              --to ADDR               the target, such as 127.0.0.1:9001 or [::1]:9001
              --listen ADDR           where clients connect; port 0 takes any free one. Default: 127.0.0.1:0
              --connections N         clients at once; more are reset. Default: 256

            Faults, for both directions; --up-latency and so on for the direction to the target alone,
            --down-latency and so on for the direction to the client alone:

              --latency DURATION      every byte arrives later
              --bandwidth SIZE        bytes a second
              --slice SIZE            pieces of so many bytes at most, a millisecond apart
              --slow-close DURATION   the end of stream arrives later than the last byte
              --reset-after SIZE      both sides are reset once so many bytes have passed in one direction
              --reset-after DURATION  both sides are reset when the connection has this age
              --limit SIZE            so many bytes pass, then an orderly end
              --black-hole            nothing passes: bytes, ends and resets wait

            DURATION is a number with ms, s or m; SIZE one with KiB, MiB or GiB, or without a unit in bytes.
            """;

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m)");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})(KiB|MiB|GiB|)");

    private final ArrayDeque<String> left;
    private final List<ProxyFault> upstream = new ArrayList<>();
    private final List<ProxyFault> downstream = new ArrayList<>();
    private Endpoint listen = Endpoint.loopback(0);
    private @Nullable Endpoint target;
    private int connections = 256;

    /// Says in one sentence which argument is wrong.
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String why) {
            super(why);
        }
    }

    private Arguments(List<String> all) {
        this.left = new ArrayDeque<>(all);
    }

    static ProxySettings read(List<String> all) throws Refused {
        var arguments = new Arguments(all);
        while (!arguments.left.isEmpty()) arguments.readOne();
        if (arguments.target == null) throw new Refused("--to ADDR is missing: the target of the clients");
        return new ProxySettings(
                arguments.listen, arguments.target, arguments.connections, arguments.upstream, arguments.downstream);
    }

    private void readOne() throws Refused {
        String option = left.remove();
        int equals = option.indexOf('=');
        if (option.startsWith("--") && equals > 0) {
            left.addFirst(option.substring(equals + 1));
            option = option.substring(0, equals);
        }
        switch (option) {
            case "--to" -> target = address(option);
            case "--listen" -> listen = address(option);
            case "--connections" -> connections = connections(option);
            default -> readFault(option);
        }
    }

    private void readFault(String option) throws Refused {
        boolean isUp = option.startsWith("--up-");
        boolean isDown = option.startsWith("--down-");
        ProxyFault fault = fault(option, option.replaceFirst("^--(up-|down-)?", ""));
        if (!isDown) upstream.add(fault);
        if (!isUp) downstream.add(fault);
    }

    private ProxyFault fault(String option, String name) throws Refused {
        try {
            return switch (option.startsWith("--") ? name : "") {
                case "latency" -> ProxyFault.latency(duration(option));
                case "bandwidth" -> ProxyFault.bandwidth(size(option, value(option)));
                case "slice" -> ProxyFault.slices(Math.toIntExact(size(option, value(option))));
                case "slow-close" -> ProxyFault.slowClose(duration(option));
                case "reset-after" -> resetAfter(option);
                case "limit" -> ProxyFault.limit(size(option, value(option)));
                case "black-hole" -> ProxyFault.blackHole();
                default -> throw new Refused("unknown option " + option);
            };
        } catch (IllegalArgumentException | ArithmeticException refused) {
            throw new Refused(option + ": " + refused.getMessage());
        }
    }

    private ProxyFault resetAfter(String option) throws Refused {
        String value = value(option);
        if (DURATION.matcher(value).matches()) return ProxyFault.resetAfter(duration(option, value));
        if (SIZE.matcher(value).matches()) return ProxyFault.resetAfter(size(option, value));
        throw new Refused(option + ": expected a duration such as 5s or a size such as 64KiB, found '" + value + "'");
    }

    private String value(String option) throws Refused {
        if (left.isEmpty() || left.getFirst().startsWith("--")) throw new Refused(option + " needs a value");
        return left.remove();
    }

    private int connections(String option) throws Refused {
        long number = size(option, value(option));
        if (number < 1 || number > 100_000) throw new Refused(option + ": expected 1 to 100000, found " + number);
        return (int) number;
    }

    private Endpoint address(String option) throws Refused {
        String value = value(option);
        Endpoint address = Endpoint.parse(value)
                .filter(one -> !(one instanceof Endpoint.Unix))
                .orElseThrow(() ->
                        new Refused(option + ": expected HOST:PORT, such as 127.0.0.1:9001, found '" + value + "'"));
        if (!address.isName()) return address;
        try {
            return NameLookup.SYSTEM.lookUp(address.host(), address.port()).getFirst();
        } catch (TransportException unknown) {
            throw new Refused(option + ": no address is known for the name '" + address.host() + "'");
        }
    }

    private Duration duration(String option) throws Refused {
        return duration(option, value(option));
    }

    private static Duration duration(String option, String value) throws Refused {
        Matcher found = DURATION.matcher(value);
        if (!found.matches()) {
            throw new Refused(option + ": expected a duration such as 50ms, 2s or 1m, found '" + value + "'");
        }
        long number = Long.parseLong(found.group(1));
        return switch (found.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            default -> Duration.ofMinutes(number);
        };
    }

    private static long size(String option, String value) throws Refused {
        Matcher found = SIZE.matcher(value);
        if (!found.matches()) {
            throw new Refused(option + ": expected a size such as 100, 64KiB or 1MiB, found '" + value + "'");
        }
        long number = Long.parseLong(found.group(1));
        return switch (found.group(2)) {
            case "KiB" -> number << 10;
            case "MiB" -> number << 20;
            case "GiB" -> number << 30;
            default -> number;
        };
    }
}
