package pings;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.Conversation;
import dev.weir.http.server.Answer;
import dev.weir.http.server.HttpServer;
import dev.weir.http.server.ServerSettings;
import dev.weir.loop.EventLoop;
import dev.weir.pool.Origin;
import dev.weir.pool.PoolLimits;
import dev.weir.pool.Refusal;
import dev.weir.pool.RoundRobin;
import dev.weir.pool.exclusive.ConnectionCache;
import dev.weir.pool.exclusive.Lease;
import dev.weir.pool.exclusive.PoolEntry;
import dev.weir.pool.exclusive.PooledConversation;
import dev.weir.runtime.Weir;
import dev.weir.server.Listening;
import dev.weir.server.ListeningSettings;
import dev.weir.transport.Endpoint;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A protocol in one file, on exported packages alone: each byte is a ping and is sent back. Its server, a pool of
/// connections to it and an HTTP server stand in one runtime.
public final class Pings {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Pings() {}

    public static void main(String[] arguments) throws Exception {
        var nearby = Endpoint.loopback(0);
        try (var weir = Weir.open("pings")) {
            Listening server = Listening.open(weir, ListeningSettings.of("pings", nearby, 10), Answering::new);
            HttpServer.open(
                    weir,
                    ServerSettings.localPort(0).withConnectionsMax(10),
                    exchange -> exchange.answer(Answer.text(200, "pings go elsewhere")));
            ConnectionCache pool = pool(weir, server);
            EventLoop loop = weir.group().loops().getFirst();
            var answer = new CompletableFuture<Byte>();
            weir.group().execute(loop, () -> pool.borrow(new Ping(loop, answer)));
            System.out.println("ping " + answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS) + " came back");
            pool.close();
        }
    }

    private static ConnectionCache pool(Weir weir, Listening server) {
        return ConnectionCache.open(new ConnectionCache.Settings(
                "pings",
                List.of(new Origin.Address(server.local(), "the server")),
                new PoolLimits(2, 10, PATIENCE, PATIENCE, PATIENCE),
                new RoundRobin(),
                weir.connections(),
                weir.network(),
                (connection, entry) -> new Asking(connection)));
    }

    /// The server's side.
    private record Answering(Connection connection) implements Conversation {
        @Override
        public void opened() {
            connection.deadline(connection.loop().nowNanos() + PATIENCE.toNanos());
        }

        @Override
        public void readable() {
            ByteBuffer in = connection.loop().readScratch().clear();
            int count = connection.read(in);
            if (count < 0) {
                connection.finish(CloseReason.PEER_LEFT);
                return;
            }
            ByteBuffer out = connection.output().scratch(count);
            if (out == null) connection.abort(CloseReason.STARVED);
            else out.put(in.flip());
        }

        @Override
        public void timedOut() {
            connection.finish(CloseReason.TIMED_OUT);
        }
    }

    /// The client's side, lent to one ping after another.
    private static final class Asking implements PooledConversation {
        private final Connection connection;
        private Ping ping;

        Asking(Connection connection) {
            this.connection = connection;
        }

        void ask(Ping next, byte what) {
            ping = next;
            connection.output().scratch(1).put(what);
        }

        @Override
        public void readable() {
            ByteBuffer in = connection.loop().readScratch().clear();
            int count = connection.read(in);
            if (count < 0) {
                connection.finish(CloseReason.PEER_LEFT);
            } else if (count == 1 && ping != null) {
                Ping answered = ping;
                ping = null;
                answered.answered(in.get(0));
            }
        }

        @Override
        public boolean isClean() {
            return ping == null;
        }

        @Override
        public void timedOut() {
            connection.abort(CloseReason.TIMED_OUT);
        }
    }

    /// Waits for a connection, then for its answer.
    private static final class Ping extends Lease {
        private final CompletableFuture<Byte> answer;

        Ping(EventLoop loop, CompletableFuture<Byte> answer) {
            super(loop);
            this.answer = answer;
        }

        @Override
        protected void borrowed(PoolEntry lent, boolean reused) {
            ((Asking) lent.conversation()).ask(this, (byte) 7);
        }

        @Override
        protected void refused(Refusal why) {
            answer.completeExceptionally(new IllegalStateException("refused: " + why));
        }

        void answered(byte what) {
            giveBack();
            answer.complete(what);
        }
    }
}
