package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A client that sends one request after the other in pieces and checks that each answer is its own.
final class RandomClient {
    private static final List<Integer> ERRORS = List.of(408, 502, 503, 504);

    private final Stage stage;
    private final Random random;
    private final String name;
    private final boolean patient;
    private @Nullable Peer peer;
    private String token = "";
    private String leaving = "";
    private boolean pending;
    private int served;
    int whole;
    int errors;
    int aborted;

    /// @param patient whether it never leaves by itself
    RandomClient(Stage stage, Random random, String name, boolean patient) {
        this.stage = stage;
        this.random = random;
        this.name = name;
        this.patient = patient;
    }

    boolean isPending() {
        return pending;
    }

    int served() {
        return served;
    }

    /// What an answer to this request holds: the token at both ends, so that a cut is seen.
    static String echo(String token, int filler) {
        return token + "." + "x".repeat(filler) + "." + token;
    }

    void begin() {
        Peer current = peer;
        if (current == null || current.hasEnded() || current.hasReset()) {
            if (current != null) current.close();
            peer = stage.client();
        }
        token = name + "-" + served++;
        pending = true;
        String head = " /" + token + " HTTP/1.1\r\nHost: h\r\n";
        int size = random.nextInt(4) == 0 ? random.nextInt(30_000) : random.nextInt(100);
        leaving = switch (random.nextInt(3)) {
            case 0 -> "GET" + head + "\r\n";
            case 1 -> "POST" + head + "Content-Length: " + size + "\r\n\r\n" + "b".repeat(size);
            default ->
                "POST" + head + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(size + 1) + "\r\n"
                        + "b".repeat(size + 1) + "\r\n0\r\n\r\n";
        };
    }

    void step(boolean good) {
        Peer current = peer;
        if (!pending || current == null) return;
        if (!good && !patient && random.nextInt(300) == 0) {
            if (random.nextBoolean()) current.reset();
            else current.close();
            peer = null;
            pending = false;
            return;
        }
        if (!leaving.isEmpty()) {
            int piece = random.nextInt(3) == 0 ? 1 + random.nextInt(20) : leaving.length();
            int sent = current.offer(leaving.substring(0, Math.min(piece, leaving.length())));
            leaving = sent < 0 ? "" : leaving.substring(sent);
        }
        look(current);
    }

    private void look(Peer current) {
        String got = current.seen();
        boolean ended = current.hasEnded();
        var answer = Answers.first(got, ended);
        if (answer.status() == 0) {
            if (!ended && !current.hasReset()) return;
            aborted++;
        } else {
            current.text(answer.bytes());
            if (answer.status() == 200) {
                assertThat(answer.body()).startsWith(token + ".").endsWith("." + token);
                whole++;
            } else {
                assertThat(ERRORS).contains(answer.status());
                assertThat(answer.body()).startsWith(answer.status() + " ");
                errors++;
            }
            if (!leaving.isEmpty() || answer.status() != 200) drop(current);
        }
        pending = false;
        if (answer.status() == 0) drop(current);
    }

    private void drop(Peer current) {
        current.close();
        peer = null;
        leaving = "";
    }

    @Override
    public String toString() {
        return token + (pending ? " pending, got " + (peer == null ? "" : peer.seen()) : "") + ", to send "
                + leaving.length() + ", " + errors + " errors, " + aborted + " aborted";
    }
}
