package dev.weir.http.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that no bytes make a decoder throw, hang or change its mind with the way they were cut.
///
/// Messages of the corpus are changed at random, joined and torn, and decoded whole, in random pieces and byte by
/// byte.
/// The seed stands in each failure; `-Dweir.seed=N` replays it.
final class CodecFuzzTest {
    private static final int ROUNDS = 40_000 * Integer.getInteger("weir.tests.effort", 1);
    private static final long SEED = Long.getLong("weir.seed", 20261120);
    private static final List<Method> METHODS = List.of(Method.GET, Method.HEAD, Method.CONNECT);
    private static final List<byte[]> PIECES = pieces();

    private final Random random = new Random(SEED);
    private final HeadLimits limits = new HeadLimits(160, 5);
    private final Heads heads = new Heads(limits);
    private final Bodies bodies = new Bodies(limits);

    @Test
    @DisplayName("H-28 no mutation of a request gets two verdicts")
    void aMutatedRequestHasOneVerdict() {
        List<byte[]> seeds = messages("requests.txt", 3);
        int accepted = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] message = mutate(seeds);

            String whole = heads.request(message);

            assertThat(heads.request(message, cuts(message.length)))
                    .as("seed %d round %d", SEED, round)
                    .isEqualTo(whole);
            assertThat(heads.request(message, Heads.everyByte(message.length)))
                    .as("seed %d round %d", SEED, round)
                    .isEqualTo(whole);
            accepted += whole.startsWith("ok") ? 1 : 0;
        }
        assertThat(accepted).as("mutations that are still requests").isBetween(ROUNDS / 100, ROUNDS / 2);
    }

    @Test
    @DisplayName("H-28 no mutation of an answer gets two verdicts")
    void aMutatedAnswerHasOneVerdict() {
        List<byte[]> seeds = messages("responses.txt", 4);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] message = mutate(seeds);
            Method method = METHODS.get(random.nextInt(METHODS.size()));

            String whole = heads.response(message, method);

            assertThat(heads.response(message, method, cuts(message.length)))
                    .as("seed %d round %d", SEED, round)
                    .isEqualTo(whole);
            assertThat(heads.response(message, method, Heads.everyByte(message.length)))
                    .as("seed %d round %d", SEED, round)
                    .isEqualTo(whole);
        }
    }

    @Test
    @DisplayName("H-28 no mutation of a chunked body gets two ends or two outputs")
    void aMutatedBodyHasOneVerdictAndOneOutput() {
        List<byte[]> seeds = messages("bodies.txt", 3);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] input = mutate(seeds);
            for (BodyDecoder.Mode mode : BodyDecoder.Mode.values()) {
                Bodies.Outcome whole = bodies.decode(input, Framing.CHUNKED, 0, mode);

                assertThat(bodies.decode(input, Framing.CHUNKED, 0, mode, cuts(input.length)))
                        .as("seed %d round %d", SEED, round)
                        .isEqualTo(whole);
                assertThat(bodies.decode(input, Framing.CHUNKED, 0, mode, Heads.everyByte(input.length)))
                        .as("seed %d round %d", SEED, round)
                        .isEqualTo(whole);
                isItsOwnCanonicalForm(whole, mode, round);
            }
        }
    }

    private void isItsOwnCanonicalForm(Bodies.Outcome whole, BodyDecoder.Mode mode, int round) {
        if (whole.verdict().equals("ok") && mode == BodyDecoder.Mode.CHUNKED) {
            byte[] canonical = Corpus.latin(whole.output());
            assertThat(bodies.decode(canonical, Framing.CHUNKED, 0, mode))
                    .as("seed %d round %d", SEED, round)
                    .isEqualTo(new Bodies.Outcome("ok", canonical.length, whole.output()));
        }
    }

    private int[] cuts(int length) {
        return random.ints(1 + random.nextInt(6), 0, length + 1).sorted().toArray();
    }

    private byte[] mutate(List<byte[]> seeds) {
        byte[] message = seeds.get(random.nextInt(seeds.size()));
        int changes = 1 + random.nextInt(4);
        for (int change = 0; change < changes; change++) {
            int at = random.nextInt(message.length + 1);
            int to = at + random.nextInt(Math.min(12, message.length - at + 1));
            message = switch (random.nextInt(6)) {
                case 0 -> splice(message, at, at, PIECES.get(random.nextInt(PIECES.size())));
                case 1 -> splice(message, at, to, new byte[0]);
                case 2 -> splice(message, at, at, Arrays.copyOfRange(message, at, to));
                case 3 ->
                    splice(message, at, Math.min(at + 1, message.length), new byte[] {(byte) random.nextInt(256)});
                case 4 -> splice(message, at, message.length, tail(seeds));
                default -> splice(message, at, to, PIECES.get(random.nextInt(PIECES.size())));
            };
        }
        return message.length > 1000 ? Arrays.copyOf(message, 1000) : message;
    }

    private byte[] tail(List<byte[]> seeds) {
        byte[] other = seeds.get(random.nextInt(seeds.size()));
        return Arrays.copyOfRange(other, random.nextInt(other.length + 1), other.length);
    }

    private static byte[] splice(byte[] message, int from, int to, byte[] piece) {
        byte[] result = new byte[from + piece.length + message.length - to];
        System.arraycopy(message, 0, result, 0, from);
        System.arraycopy(piece, 0, result, from, piece.length);
        System.arraycopy(message, to, result, from + piece.length, message.length - to);
        return result;
    }

    private static List<byte[]> messages(String file, int columns) {
        return Corpus.read(file, columns).stream().map(Corpus.Entry::bytes).toList();
    }

    private static List<byte[]> pieces() {
        var pieces = new ArrayList<byte[]>();
        for (String piece : List.of(
                "⏎",
                "⏎⏎",
                "\\n",
                "\\r",
                "\\0",
                " ",
                "\\t",
                ":",
                ",",
                ";",
                "0",
                "ffffffffffffffff",
                "Content-Length: 5⏎",
                "Transfer-Encoding: chunked⏎",
                "Connection: close, x⏎",
                "Host: b⏎",
                "5;x=y⏎hello⏎",
                "0⏎⏎",
                "\\xff")) {
            pieces.add(Corpus.unescape(piece));
        }
        return pieces;
    }
}
