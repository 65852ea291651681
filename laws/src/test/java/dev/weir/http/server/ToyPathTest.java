package dev.weir.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connection.CloseReason;
import dev.weir.connection.ConnectionRole;
import dev.weir.connection.Room;
import dev.weir.connection.Traffic;
import dev.weir.memory.block.Account;
import dev.weir.testing.Balanced;
import dev.weir.testing.ManualLoops;
import dev.weir.testing.Scene;
import dev.weir.transport.Endpoint;
import dev.weir.transport.Transport;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Proves that an exchange knows no socket: its client's path is an array of bytes, and a handler answers over it.
@Balanced
final class ToyPathTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: toy\r\n\r\n";
    private static final String POST = "POST /b HTTP/1.1\r\nHost: toy\r\nContent-Length: 5\r\n\r\n";

    @Test
    void handlerAnswersOverAPathMadeOfAnArray(Scene scene) {
        var toy = new Toy(scene, exchange -> exchange.answer(Answer.text(200, "to " + exchange.target())));

        toy.path.sends(GET);

        assertThat(toy.path.told()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nto /a");
        assertThat(toy.path.calls).containsExactly("idle");
        assertThat(toy.ended).containsExactly("200 -");
    }

    @Test
    void requestsBehindEachOtherAreAnsweredInOrder(Scene scene) {
        var toy = new Toy(scene, exchange -> exchange.answer(Answer.text(200, exchange.target())));

        toy.path.sends(GET + GET + "GET /last HTTP/1.1\r\nHost: toy\r\n\r\n");

        assertThat(toy.path.told().split("HTTP/1.1 200 OK", -1)).hasSize(4);
        assertThat(toy.path.told()).endsWith("/last");
    }

    @Test
    void aBodyComesInPiecesAndTheHandlerReadsIt(Scene scene) {
        var toy = new Toy(scene, exchange -> new BodyCounter(exchange).begin());

        toy.path.sends(POST + "ab");
        assertThat(toy.path.told()).isEmpty();
        assertThat(toy.path.dueNanos - toy.loops.loop().nowNanos())
                .as("more of the body is due")
                .isLessThanOrEqualTo(Stage.SETTINGS.bodyTimeout().toNanos());
        toy.path.sends("cde");

        assertThat(toy.path.told()).endsWith("\r\n\r\n5");
        assertThat(toy.path.dueNanos).as("nobody is waited for").isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aPathThatBreaksEndsTheExchange(Scene scene) {
        var toy = new Toy(scene, exchange -> exchange.setListener(new BodyCounter(exchange)));

        toy.path.sends(GET);
        toy.path.breaks();

        assertThat(toy.path.calls).containsExactly("NOW RESET");
        assertThat(toy.ended).containsExactly("0 C");
    }

    /// A server without a door: one reading of requests over one path.
    private static final class Toy implements ServerContext {
        private final ManualLoops loops;
        private final LoopHandler handler;
        private final PersistenceLines persistence;
        private final ToyPath path;
        private final List<String> ended = new ArrayList<>();

        Toy(Scene scene, LoopHandler handler) {
            this.loops = scene.inMemory();
            this.handler = handler;
            this.persistence = new PersistenceLines(KeepAliveField.OFF, Stage.SETTINGS.idleTimeout());
            this.path = new ToyPath(new ServerLoop(this, loops.loop()));
        }

        @Override
        public ServerSettings settings() {
            return Stage.SETTINGS;
        }

        @Override
        public LoopHandler handler() {
            return handler;
        }

        @Override
        public ServerObserver observer() {
            return exchange -> ended.add(
                    exchange.status() + " " + exchange.ending().end().who().letter());
        }

        @Override
        public PersistenceLines persistence() {
            return persistence;
        }

        @Override
        public boolean isDraining() {
            return false;
        }

        @Override
        public long drainIdleNanos() {
            return 0;
        }

        @Override
        public int loopCount() {
            return 1;
        }

        @Override
        public boolean sharesItsLimit() {
            return false;
        }
    }

    /// A path whose input and output are bytes of the test.
    private static final class ToyPath implements ClientPath, Client, Traffic, Account {
        private final ServerLoop share;
        private final ByteBuffer out = ByteBuffer.allocate(64 * 1024);
        private final List<String> calls = new ArrayList<>();
        private byte[] input = {};
        private int at;
        private boolean isBroken;
        private long dueNanos = Long.MAX_VALUE;
        private @Nullable RequestReading reading;
        private @Nullable ClientAttachment attachment;

        ToyPath(ServerLoop share) {
            this.share = share;
        }

        /// The client says `text`.
        void sends(String text) {
            input = text.getBytes(StandardCharsets.US_ASCII);
            at = 0;
            readable();
        }

        void breaks() {
            isBroken = true;
            readable();
        }

        private void readable() {
            RequestReading current = reading;
            if (current == null) {
                current = share.take();
                reading = current;
                current.begin(this);
            }
            current.readable();
        }

        /// What the client was told until now.
        String told() {
            return new String(out.array(), 0, out.position(), StandardCharsets.US_ASCII);
        }

        @Override
        public int read(ByteBuffer block) {
            if (isBroken) return Transport.BROKEN;
            int count = Math.min(block.remaining(), input.length - at);
            block.put(input, at, count);
            at += count;
            return count;
        }

        @Override
        public boolean isInputReady() {
            return at < input.length || isBroken;
        }

        @Override
        public boolean isInputEnded() {
            return false;
        }

        @Override
        public void pauseInput() {}

        @Override
        public void resumeInput() {}

        @Override
        public Account account() {
            return this;
        }

        @Override
        public long id() {
            return 1;
        }

        @Override
        public ConnectionRole role() {
            return ConnectionRole.other("toy");
        }

        @Override
        public String label() {
            return role().toString();
        }

        @Override
        public Endpoint peer() {
            return Endpoint.loopback(1);
        }

        @Override
        public byte[] peerAddress() {
            return "127.0.0.1".getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public long peerKey() {
            return 1;
        }

        @Override
        public Client client() {
            return this;
        }

        @Override
        public Traffic traffic() {
            return this;
        }

        @Override
        public boolean isOpen() {
            return !isBroken;
        }

        @Override
        public long bytesIn() {
            return at;
        }

        @Override
        public int discardInput() {
            at = input.length;
            return 0;
        }

        @Override
        public void acknowledgeInput() {}

        @Override
        public Room room() {
            return Room.FREE;
        }

        @Override
        public boolean askRoom() {
            return true;
        }

        @Override
        public boolean retryWrite() {
            return false;
        }

        @Override
        public @Nullable ByteBuffer output(int bytes) {
            return isBroken ? null : out;
        }

        @Override
        public int write(ByteBuffer block) {
            int count = block.remaining();
            out.put(block);
            return count;
        }

        @Override
        public long bytesOut() {
            return out.position();
        }

        @Override
        public long lastNanos() {
            return share.loop().nowNanos();
        }

        @Override
        public void deadline(long atNanos) {
            dueNanos = atNanos;
        }

        @Override
        public @Nullable ClientAttachment attachment() {
            return attachment;
        }

        @Override
        public void attach(ClientAttachment one) {
            attachment = one;
        }

        @Override
        public void idle() {
            calls.add("idle");
            reading = null;
            dueNanos = NO_DEADLINE;
        }

        @Override
        public void end(PathEnd how, CloseReason reason) {
            calls.add(how + " " + reason);
            RequestReading current = reading;
            reading = null;
            if (current != null) current.closing(reason);
        }
    }
}
