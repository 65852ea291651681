package dev.weir.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connection.Roster;
import dev.weir.loop.EventLoop;
import dev.weir.testing.Balanced;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Proves that whatever is confined to a loop refuses a foreign thread: each public method of such a class is
/// called on the test's thread while the loop runs on its own. The methods are found by reflection, so that a
/// new one is asked too. Those for any thread are listed.
@Balanced
final class ConfinementTest {
    private static final Shape TWO_LOOPS = Shape.SMALL.withLoops(2);

    /// What one class lets any thread do.
    private record Confined(Object object, List<String> forAnyThread) {
        static Confined of(Object object, String... forAnyThread) {
            return new Confined(object, List.of(forAnyThread));
        }
    }

    @Test
    void loopConfinedMethodsRefuseForeignThreads(Scene scene) {
        var seen = new AtomicReference<@Nullable ServerExchange>();
        var confined = new AtomicReference<List<Confined>>(List.of());
        var weir = scene.weir(TWO_LOOPS);
        var server = HttpServer.open(weir, Stage.SETTINGS, exchange -> {
            confined.set(partsOf(exchange));
            seen.set(exchange);
        });
        RawPeer peer = scene.dial(server.local());
        peer.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
        ServerExchange exchange = await(seen);
        Roster roster = weir.connections().on(exchange.loop());

        var admitted = new ArrayList<String>();
        for (Confined one : confined.get()) admitted.addAll(admitted(one, exchange.loop()));
        admitted.addAll(admitted(Confined.of(roster, "loop", "live", "expect", "expectedCame"), exchange.loop()));

        assertThat(admitted).as("what a foreign thread may call").isEmpty();
        exchange.answer(Answer.text(200, "intact"));
        assertThat(Stage.read(peer).body()).isEqualTo("intact");
    }

    private static List<Confined> partsOf(ServerExchange exchange) {
        return List.of(
                Confined.of(exchange, "answer", "loop"),
                Confined.of(
                        ((Http1Connection) exchange.stream().path()).connection(),
                        "id",
                        "label",
                        "role",
                        "loop",
                        "owner",
                        "peer",
                        "peerKey",
                        "local",
                        "openedNanos",
                        "toString"),
                Confined.of(exchange.stream().body().in(), "loop"),
                Confined.of(exchange.stream().body().flow()),
                Confined.of(
                        exchange.loop(),
                        "name",
                        "index",
                        "poller",
                        "pool",
                        "kept",
                        "clock",
                        "isCurrent",
                        "failure",
                        "toString",
                        "post",
                        "loopTask",
                        "turns"),
                Confined.of(exchange.loop().wheel(), "live"));
    }

    private static ServerExchange await(AtomicReference<@Nullable ServerExchange> seen) {
        while (true) {
            ServerExchange exchange = seen.get();
            if (exchange != null) return exchange;
            Thread.onSpinWait();
        }
    }

    /// The methods that did not refuse this thread as they should.
    private static List<String> admitted(Confined one, EventLoop loop) {
        var admitted = new TreeSet<String>();
        int asked = 0;
        for (Method method : one.object().getClass().getDeclaredMethods()) {
            if (!Modifier.isPublic(method.getModifiers())
                    || Modifier.isStatic(method.getModifiers())
                    || method.isSynthetic()
                    || one.forAnyThread().contains(method.getName())) continue;
            asked++;
            String how = refusal(method, one.object());
            String expected = "used on thread " + Thread.currentThread().getName() + ", but belongs to loop thread "
                    + loop.name();
            if (!how.equals(expected)) {
                admitted.add(one.object().getClass().getSimpleName() + "." + method.getName() + ": " + how);
            }
        }
        assertThat(asked).isPositive();
        return List.copyOf(admitted);
    }

    private static String refusal(Method method, Object object) {
        try {
            var arguments = Arrays.stream(method.getParameterTypes())
                    .map(ConfinementTest::nothing)
                    .toArray();
            return "returned " + method.invoke(object, arguments);
        } catch (InvocationTargetException thrown) {
            Throwable cause = thrown.getCause();
            return cause instanceof IllegalStateException ? String.valueOf(cause.getMessage()) : "threw " + cause;
        } catch (IllegalAccessException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static @Nullable Object nothing(Class<?> type) {
        if (type == boolean.class) return false;
        if (type == int.class) return 0;
        if (type == long.class) return 0L;
        if (type == char.class) return 'x';
        return null;
    }
}
