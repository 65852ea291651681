package dev.weir.gateway;

import dev.weir.http.server.ServerExchange;
import dev.weir.http.server.ServerObserver;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// Tells several observers what the servers do, and a person when descriptors run out.
///
/// **Threads:** called on the loop it happens on.
final class Observers implements ServerObserver {
    private final ServerObserver[] observers;
    private final Consumer<String> tell;
    private final AtomicBoolean told;

    /// @param told shared by all listeners: a lack of descriptors is one fact, however many listeners meet it
    Observers(List<ServerObserver> observers, Consumer<String> tell, AtomicBoolean told) {
        this.observers = observers.toArray(ServerObserver[]::new);
        this.tell = tell;
        this.told = told;
    }

    @Override
    public void exchangeEnded(ServerExchange exchange) {
        for (ServerObserver observer : observers) observer.exchangeEnded(exchange);
    }

    @Override
    public void acceptFailed(String why) {
        for (ServerObserver observer : observers) observer.acceptFailed(why);
        if (told.compareAndSet(false, true)) {
            tell.accept("accepting failed: " + why + "; it pauses and goes on by itself (this is said once)");
        }
    }
}
