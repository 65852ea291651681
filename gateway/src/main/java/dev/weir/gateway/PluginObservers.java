package dev.weir.gateway;

import dev.weir.gateway.cli.ExitStatus;
import dev.weir.gateway.spi.RequestObserver;
import dev.weir.http.server.ServerExchange;
import dev.weir.http.server.ServerObserver;
import dev.weir.loop.FailureLog;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicBoolean;

/// The observers that other jars bring, told one after the other. None of them can harm the exchange, the loop
/// or another one by what it throws.
///
/// **Threads:** thread-safe: called on the loop it happens on.
final class PluginObservers implements ServerObserver {
    private static final FailureLog LOG = FailureLog.of(PluginObservers.class);

    private final List<Guarded> all;

    private record Guarded(RequestObserver observer, AtomicBoolean hasFailed) {}

    private PluginObservers(List<Guarded> all) {
        this.all = all;
    }

    /// Those on the class path and the module path, in the order in which they are found there.
    ///
    /// @throws CannotStartException when one is there and cannot be made
    static PluginObservers found() {
        var all = new ArrayList<Guarded>();
        try {
            for (RequestObserver one : ServiceLoader.load(RequestObserver.class)) {
                all.add(new Guarded(one, new AtomicBoolean()));
            }
        } catch (ServiceConfigurationError failure) {
            throw new CannotStartException(
                    ExitStatus.FAILED, "a request observer cannot be loaded: " + failure.getMessage());
        }
        return new PluginObservers(List.copyOf(all));
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /// How many have thrown something at least once.
    int failing() {
        return Math.toIntExact(all.stream().filter(one -> one.hasFailed.get()).count());
    }

    /// How many have thrown nothing.
    int sound() {
        return all.size() - failing();
    }

    @Override
    public void exchangeEnded(ServerExchange exchange) {
        for (Guarded one : all) tell(one, exchange);
    }

    private static void tell(Guarded one, ServerExchange exchange) {
        // Why: each has its own, so that none can end what the next one was lent.
        var request = new EndedRequestView(exchange);
        try {
            one.observer.ended(request);
        } catch (RuntimeException | Error failure) { // Why: it is foreign code, and the loop serves others.
            if (one.hasFailed.compareAndSet(false, true)) {
                LOG.error(one.observer.getClass().getName(), "telling it of a request failed (said once)", failure);
            }
        } finally {
            request.over();
        }
    }
}
