package dev.weir.pool.exclusive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.pool.Waiter;
import dev.weir.pool.exclusive.PoolScene.Setting;
import dev.weir.pool.exclusive.PoolScene.TestLease;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Proves that borrowing and every method of a lease throw on a foreign thread before anything has changed: the
/// lease is as it was, and its owner gives it back. The methods are found by reflection, so that a new one is
/// tested too.
@Balanced
final class ForeignThreadLeaseTest {
    private static final String FOREIGN = "a stranger";

    @Test
    void everyLeaseMethodRefusesAForeignThread(Scene test) throws Exception {
        try (var scene = new PoolScene(test, Setting.of(1, 1, 4))) {
            TestLease holder = scene.holding(0);
            PoolEntry loan = Objects.requireNonNull(holder.held());
            TestLease keeper = scene.lease(0);
            TestLease waiting = scene.lease(1).borrow();
            var asked = new ArrayList<Asked>();
            for (Method method : ConnectionCache.class.getDeclaredMethods()) {
                if (Arrays.asList(method.getParameterTypes()).contains(Lease.class)) {
                    asked.add(Asked.of(method, scene.cache, holder, keeper, loan));
                }
            }
            for (Class<?> type : List.of(Lease.class, Waiter.class)) {
                for (Method method : type.getDeclaredMethods()) {
                    if (!method.getName().equals("loop")) asked.add(Asked.of(method, holder, keeper, loan));
                }
            }
            for (Method method : PoolEntry.class.getDeclaredMethods()) {
                if (!List.of("connection", "conversation", "origin", "toString").contains(method.getName())) {
                    asked.add(Asked.of(method, loan, loan));
                }
            }
            asked.removeIf(one -> !Modifier.isPublic(one.method.getModifiers())
                    || Modifier.isStatic(one.method.getModifiers())
                    || one.method.isSynthetic());
            assertThat(asked).hasSizeGreaterThan(15);

            var admitted = new CompletableFuture<List<String>>();
            Thread stranger = Thread.ofPlatform().name(FOREIGN).start(() -> admitted.complete(admitted(asked)));
            stranger.join();

            assertThat(admitted.join()).as("what a foreign thread may call").isEmpty();
            assertThat(keeper.isFree()).isTrue();
            assertThat(holder.held()).isSameAs(loan);
            holder.giveBack();
            scene.until(() -> waiting.held() != null);
            waiting.giveBack();
        }
    }

    private static List<String> admitted(List<Asked> asked) {
        var admitted = new ArrayList<String>();
        for (Asked one : asked) {
            String how = one.refusal();
            if (!how.startsWith("used on thread " + FOREIGN + ", but belongs to loop thread ")) {
                admitted.add(one.method.getName() + ": " + how);
            }
        }
        return admitted;
    }

    /// One call of a method by a foreign thread.
    private record Asked(Method method, Object object, List<Object> known) {
        /// With these arguments, each where its type stands.
        static Asked of(Method method, Object object, Object... known) {
            return new Asked(method, object, List.of(known));
        }

        String refusal() {
            var left = new ArrayList<>(known);
            var arguments = new ArrayList<@Nullable Object>();
            for (Class<?> type : method.getParameterTypes()) arguments.add(argument(type, left));
            try {
                return "returned " + method.invoke(object, arguments.toArray());
            } catch (InvocationTargetException thrown) {
                Throwable cause = thrown.getCause();
                return cause instanceof IllegalStateException ? String.valueOf(cause.getMessage()) : "threw " + cause;
            } catch (IllegalAccessException impossible) {
                throw new AssertionError(impossible);
            }
        }

        private static @Nullable Object argument(Class<?> type, List<Object> left) {
            if (type == boolean.class) return false;
            if (type == int.class) return 1;
            for (Object one : left) {
                if (!type.isInstance(one)) continue;
                left.remove(one);
                return one;
            }
            return null;
        }
    }
}
