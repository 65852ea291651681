package dev.weir.gateway;

import dev.weir.http.server.ServerExchange;
import dev.weir.http.server.ServerObserver;
import java.util.List;
import java.util.function.Consumer;

/// Passes the events of a server on to several observers, and a failure of accepting to the operator.
///
/// **Threads:** called on the loop of the event.
final class Observers implements ServerObserver {
    private final ServerObserver[] observers;
    private final Consumer<String> acceptFailed;

    Observers(List<ServerObserver> observers, Consumer<String> acceptFailed) {
        this.observers = observers.toArray(ServerObserver[]::new);
        this.acceptFailed = acceptFailed;
    }

    @Override
    public void exchangeEnded(ServerExchange exchange) {
        for (ServerObserver observer : observers) observer.exchangeEnded(exchange);
    }

    @Override
    public void refused() {
        for (ServerObserver observer : observers) observer.refused();
    }

    @Override
    public void acceptFailed(String why) {
        for (ServerObserver observer : observers) observer.acceptFailed(why);
        acceptFailed.accept(why);
    }
}
