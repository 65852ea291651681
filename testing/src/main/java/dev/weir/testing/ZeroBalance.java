package dev.weir.testing;

import dev.weir.ledger.Ledger;
import dev.weir.testing.sim.net.SimNetwork;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Gives a test a [Scene], its [Ledger], its [ManualClock] or a [SimNetwork], and fails the test when
/// anything of it is open at the end.
///
/// **Owns:** one scene for each test, closed after it.
/// **Threads:** thread-safe: tests that run at the same time share nothing.
/// **Fails:** an [AssertionError] that names each survivor with its owner and age.
/// **Source:** Netty's leak presence detector.
public final class ZeroBalance implements ParameterResolver, AfterEachCallback {
    private static final ExtensionContext.Namespace SPACE = ExtensionContext.Namespace.create(ZeroBalance.class);
    private static final List<Class<?>> GIVEN = List.of(Scene.class, Ledger.class, ManualClock.class, SimNetwork.class);

    /// Made by JUnit.
    public ZeroBalance() {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        return test.getTestMethod().isPresent()
                && GIVEN.contains(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
        var scene =
                test.getStore(SPACE).computeIfAbsent(Scene.class, key -> new Scene(test.getDisplayName()), Scene.class);
        Class<?> type = parameter.getParameter().getType();
        if (type == Ledger.class) return scene.ledger();
        if (type == SimNetwork.class) return scene.simulated();
        return type == ManualClock.class ? scene.clock() : scene;
    }

    @Override
    public void afterEach(ExtensionContext test) {
        @Nullable Scene scene = test.getStore(SPACE).get(Scene.class, Scene.class);
        if (scene == null) return;
        List<String> left = scene.close();
        if (!left.isEmpty()) {
            throw new AssertionError("the test left open:\n  " + String.join("\n  ", left));
        }
    }
}
