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

/// Calls the request observers of plugin jars, one after the other. An exception of one affects neither the
/// exchange nor the loop nor another observer.
///
/// **Threads:** thread-safe: called on the loop of the exchange.
final class PluginObservers implements ServerObserver {
    private static final FailureLog LOG = FailureLog.of(PluginObservers.class);

    private final List<Guarded> all;

    private record Guarded(RequestObserver observer, AtomicBoolean hasFailed) {}

    private PluginObservers(List<Guarded> all) {
        this.all = all;
    }

    /// Loads the observers on the class path and the module path, in the order in which they are found.
    ///
    /// @throws CannotStartException when an observer cannot be created
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

    /// The number of observers that have thrown at least once.
    int failing() {
        return Math.toIntExact(all.stream().filter(one -> one.hasFailed.get()).count());
    }

    /// The number of observers that have never thrown.
    int sound() {
        return all.size() - failing();
    }

    @Override
    public void exchangeEnded(ServerExchange exchange) {
        for (Guarded one : all) tell(one, exchange);
    }

    private static void tell(Guarded one, ServerExchange exchange) {
        // Why: each observer gets its own view, so that ending one view does not end the next observer's.
        var request = new EndedRequestView(exchange);
        try {
            one.observer.ended(request);
        } catch (RuntimeException | Error failure) { // Why: plugin code must not end the loop.
            if (one.hasFailed.compareAndSet(false, true)) {
                LOG.error(one.observer.getClass().getName(), "a request observer failed (logged once)", failure);
            }
        } finally {
            request.over();
        }
    }
}
