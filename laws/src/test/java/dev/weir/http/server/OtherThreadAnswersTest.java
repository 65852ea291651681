package dev.weir.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.weir.connection.CloseReason;
import dev.weir.http.codec.BodyDecoder;
import dev.weir.testing.Balanced;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that an exchange is answered at most once, on whatever thread, and that an answer that comes too late
/// reaches nobody. A real server over pipes whose loop is turned by the test; the foreign threads are real and
/// run to their end while the loop rests.
@Balanced
final class OtherThreadAnswersTest {
    private static final Answer FIRST = Answer.text(200, "first");
    private static final Answer SECOND = Answer.text(200, "second");
    private static final String ANSWERED = "answered already, or has ended";

    private final List<ServerExchange> kept = new ArrayList<>();

    private RawPeer ask(Stage stage, String request) {
        int before = kept.size();
        RawPeer peer = stage.dial();
        peer.send(request);
        stage.loops.turnUntil(() -> kept.size() == before + 1);
        return peer;
    }

    private RawPeer ask(Stage stage) {
        return ask(stage, Stage.GET);
    }

    /// Answers on a thread that has nothing to do with the loop.
    ///
    /// @return what that thread was thrown; null for nothing
    private static @Nullable Throwable answerElsewhere(ServerExchange exchange, Answer answer) {
        return elsewhere(() -> exchange.answer(answer));
    }

    private static @Nullable Throwable elsewhere(Runnable task) {
        var thrown = new Throwable[1];
        Thread thread = Thread.ofPlatform().name("elsewhere").start(() -> thrown[0] = catchThrowable(task::run));
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
        return thrown[0];
    }

    private static void requireAnswered(@Nullable Throwable thrown) {
        assertThat(thrown).isInstanceOf(IllegalStateException.class).hasMessageContaining(ANSWERED);
    }

    @Test
    void anAnswerFromAnotherThreadLeavesWithTheLoopsNextTurn(Scene scene) {
        var stage = Stage.open(scene, kept::add);
        RawPeer peer = ask(stage);

        assertThat(answerElsewhere(kept.getFirst(), FIRST)).isNull();
        assertThat(kept.getFirst().isAnswered())
                .as("before the loop has turned")
                .isFalse();
        assertThat(Stage.read(peer).body()).isEqualTo("first");
        assertThat(stage.ended).containsExactly("200 --");
    }

    @Test
    void answerFromAnotherThreadBeforeTheHandlerReturnsIsSent(Scene scene) {
        var stage = Stage.open(
                scene, exchange -> assertThat(answerElsewhere(exchange, FIRST)).isNull());
        RawPeer peer = stage.dial();

        peer.send(Stage.GET + Stage.GET);

        assertThat(Stage.read(peer).body()).isEqualTo("first");
        assertThat(Stage.read(peer).body()).isEqualTo("first");
    }

    @Test
    @DisplayName("W-03 an exchange is answered once: whoever answers second is refused, on the loop and elsewhere")
    void secondAnswerIsRefused(Scene scene) {
        var stage = Stage.open(scene, kept::add);
        RawPeer peer = ask(stage);
        ServerExchange exchange = kept.getFirst();

        assertThat(answerElsewhere(exchange, FIRST)).isNull();
        requireAnswered(answerElsewhere(exchange, SECOND));
        assertThatIllegalStateException().isThrownBy(() -> exchange.answer(SECOND));
        assertThatIllegalStateException().isThrownBy(() -> exchange.stream().begin(200));
        assertThat(Stage.read(peer).body()).isEqualTo("first");
        requireAnswered(answerElsewhere(exchange, SECOND));
        assertThatIllegalStateException().isThrownBy(() -> exchange.answer(SECOND));

        peer.send(Stage.GET);
        stage.loops.turnUntil(() -> kept.size() == 2);
        kept.get(1).answer(FIRST);
        requireAnswered(answerElsewhere(kept.get(1), SECOND));
        assertThat(Stage.read(peer).body()).isEqualTo("first");
        assertThat(peer.readSome(10)).isEmpty();
    }

    @Test
    void answerThatWaitsForRoomIsNotReplacedByASecond(Scene scene) {
        String filler = "x".repeat(15_000);
        var narrow = scene.inMemory(Shape.SMALL.withPipeBytes(1000));
        var stage = Stage.open(scene, narrow, Stage.SETTINGS, exchange -> {
            kept.add(exchange);
            if (kept.size() == 1) exchange.answer(Answer.text(200, filler));
        });
        RawPeer peer = stage.dial();
        peer.send(Stage.GET + Stage.GET);
        stage.loops.turnUntil(() -> kept.size() == 2);
        // Why: the end of the turn has filled the path with the answer before.
        stage.loops.turnUntilQuiet();
        kept.getLast().answer(FIRST);
        assertThat(kept.getLast().isAnswered()).isFalse();

        ServerExchange waiting = kept.getLast();
        assertThatIllegalStateException().isThrownBy(() -> waiting.answer(SECOND));
        requireAnswered(answerElsewhere(waiting, SECOND));
        assertThat(Stage.read(peer).body()).isEqualTo(filler);
        assertThat(Stage.read(peer).body()).isEqualTo("first");
    }

    @Test
    @DisplayName("W-03 an answer for a client that has left throws, and the next client gets its own")
    void anAnswerAfterTheClientLeftThrows(Scene scene) {
        var stage = Stage.open(scene, kept::add);
        RawPeer leaver = ask(stage);
        leaver.reset();
        stage.loops.turnUntil(() -> stage.server.connections() == 0);
        RawPeer next = ask(stage);

        requireAnswered(answerElsewhere(kept.get(0), SECOND));
        assertThat(next.readSome(10)).isEmpty();
        assertThat(answerElsewhere(kept.get(1), FIRST)).isNull();
        assertThat(Stage.read(next).body()).isEqualTo("first");
    }

    @Test
    @DisplayName("W-03 an answer on its way to the loop when its exchange ends is dropped, and the next gets its own")
    void handedOverAnswerIsDroppedIfTheExchangeEndsFirst(Scene scene) {
        var stage = Stage.open(scene, kept::add);
        RawPeer cut = ask(stage);
        assertThat(answerElsewhere(kept.get(0), SECOND)).isNull();
        kept.get(0).stream().abort(CloseReason.CLOSED);
        // Why: the loop takes the abandoned answer from its mailbox while it serves the next request.
        RawPeer next = ask(stage);
        stage.loops.turnUntilQuiet();

        assertThat(next.readSome(10)).isEmpty();
        kept.get(1).answer(FIRST);
        assertThat(Stage.read(next).body()).isEqualTo("first");
        assertThat(cut.readToEnd().text()).isEmpty();
    }

    @Test
    void lateAnswerAfterTheServersErrorIsRefused(Scene scene) {
        var stage = Stage.open(scene, exchange -> {
            kept.add(exchange);
            exchange.receiveBody(BodyDecoder.Mode.DATA, new BodyCounter(exchange));
        });
        RawPeer slow = ask(stage, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345");

        stage.pass(Stage.SETTINGS.bodyTimeout().plusMillis(1));

        requireAnswered(answerElsewhere(kept.getFirst(), SECOND));
        assertThat(Stage.read(slow).status()).isEqualTo(408);
        assertThat(stage.ended).containsExactly("408 TD");
    }

    @Test
    void serversErrorReplacesAnAnswerThatWasHandedOver(Scene scene) {
        var stage = Stage.open(scene, kept::add);
        RawPeer peer = ask(stage);
        assertThat(answerElsewhere(kept.getFirst(), SECOND)).isNull();

        kept.getFirst().refuse(StaticAnswers.of(503));

        assertThat(Stage.read(peer).status()).isEqualTo(503);
        assertThat(peer.readSome(10)).isEmpty();
    }

    @Test
    void anAnswerAfterTheCloseOfTheRuntimeThrows(Scene scene) {
        var stage = Stage.open(scene, scene.tcpByHand(), Stage.SETTINGS, kept::add);
        ask(stage);
        ask(stage);
        stage.weir.close();

        for (ServerExchange exchange : kept) requireAnswered(answerElsewhere(exchange, SECOND));
    }

    @Test
    @DisplayName("W-03 an exchange that its handler answered and gave away reaches nobody else's request")
    void anExchangeAnsweredInItsHandlerServesNoOtherRequest(Scene scene) {
        var stage = Stage.open(scene, exchange -> {
            kept.add(exchange);
            if (kept.size() == 1) exchange.answer(FIRST);
        });
        RawPeer peer = ask(stage);
        assertThat(Stage.read(peer).body()).isEqualTo("first");
        peer.send(Stage.GET);
        stage.loops.turnUntil(() -> kept.size() == 2);

        requireAnswered(answerElsewhere(kept.get(0), SECOND));
        assertThatIllegalStateException().isThrownBy(() -> kept.get(0).answer(SECOND));
        assertThatIllegalStateException().isThrownBy(() -> kept.get(0).target());
        kept.get(0).refuse(StaticAnswers.of(503));
        assertThat(peer.readSome(10)).isEmpty();
        assertThat(answerElsewhere(kept.get(1), FIRST)).isNull();
        assertThat(Stage.read(peer).body()).isEqualTo("first");
    }

    @Test
    @DisplayName(
            "W-03 an exchange that ended is refused by the loop too, while its connection receives the next request")
    void aStaleRefusalDoesNotEndTheNextRequest(Scene scene) {
        var stage = Stage.open(scene, kept::add);
        RawPeer peer = ask(stage);
        kept.getFirst().answer(FIRST);
        assertThat(Stage.read(peer).body()).isEqualTo("first");
        peer.send("GET /half HTTP/1.1\r\n");
        stage.loops.turnUntilQuiet();

        kept.getFirst().refuse(StaticAnswers.of(503));

        assertThat(peer.readSome(10)).isEmpty();
        peer.send("Host: a\r\n\r\n");
        stage.loops.turnUntil(() -> kept.size() == 2);
        kept.get(1).answer(SECOND);
        assertThat(Stage.read(peer).body()).isEqualTo("second");
    }

    @Test
    void recycledExchangeIsAnsweredOnlyOnItsLoop(Scene scene) {
        var stage = Stage.open(scene, AbortTest.recycling(kept::add));
        RawPeer peer = ask(stage);

        assertThat(answerElsewhere(kept.getFirst(), SECOND))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("used on thread elsewhere, but belongs to loop thread");
        kept.getFirst().answer(FIRST);
        assertThat(Stage.read(peer).body()).isEqualTo("first");
    }
}
