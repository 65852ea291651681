package dev.weir.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.weir.memory.BufferPool;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import dev.weir.testing.Balanced;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// Proves that each exchange has its line, that a line is one JSON object with the keys of
/// docs/access-log.md, and that no exchange waits for a disk. A server over real sockets is asked, a disk
/// of the test's own is written.
@Balanced
final class AccessLogTest {
    private static final long SEED = 7;
    private static final Pattern KEY = Pattern.compile("`(\\w+)`");
    private static final List<String> KEYS = keysOfThePage();

    private final ObjectMapper mapper = new ObjectMapper();

    private List<JsonNode> parsed(List<String> lines) {
        return lines.stream().map(mapper::readTree).toList();
    }

    /// The first cells of the page's table of keys.
    private static List<String> keysOfThePage() {
        try {
            String page = Files.readString(Path.of("..", "docs", "access-log.md"));
            String table = page.substring(page.indexOf("\n## Keys"), page.indexOf("\n## How it ended"));
            return table.lines()
                    .filter(line -> line.startsWith("| `"))
                    .flatMap(line -> KEY.matcher(line.split("\\|", -1)[1]).results())
                    .map(key -> key.group(1))
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void aLineHasTheKeysOfTheDocument(Scene scene) {
        var disk = new GatedTarget();
        var stage = new LogStage(scene, disk);

        String request = LogStage.pipelined(1, "/v1/x?y=1");
        stage.ask(request);
        stage.log().close();

        JsonNode line = parsed(disk.lines()).getFirst();
        assertThat(disk.lines()).hasSize(1);
        assertThat(line.propertyNames()).containsExactlyElementsOf(KEYS);
        assertThat(line.get("at").asString()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(line.get("peer").asString()).matches("127\\.0\\.0\\.1:\\d+|\\[[0-9a-f:]+]:\\d+");
        assertThat(line.toString())
                .contains("\"id\":\"abc-123\"", "\"method\":\"GET\"", "\"host\":\"example.com\"")
                .contains("\"path\":\"/v1/x?y=1\"", "\"status\":200", "\"upstream\":\"api\"")
                .contains("\"origin\":\"127.0.0.1:9003\"", "\"attempts\":1", "\"reused\":true")
                .contains("\"poolWaitMicros\":2", "\"connectMicros\":3", "\"responseMicros\":4")
                .contains("\"end\":\"--\"", "\"reason\":null", "\"bytesIn\":" + request.length());
    }

    @Test
    @DisplayName("W-05 a line tells nothing of the request before it")
    void aLineContainsNothingOfThePreviousRequest(Scene scene) {
        var disk = new GatedTarget();
        var stage = new LogStage(scene, disk);

        stage.ask(LogStage.pipelined(2, "/v1"));
        stage.ask(LogStage.pipelined(1, LogStage.LOCAL));
        stage.log().close();

        JsonNode line = parsed(disk.lines()).getLast();
        assertThat(line.toString())
                .contains("\"path\":\"" + LogStage.LOCAL + "\"", "\"id\":null", "\"upstream\":null", "\"origin\":null")
                .contains("\"attempts\":0", "\"reused\":false")
                .contains("\"poolWaitMicros\":0", "\"connectMicros\":0", "\"responseMicros\":0");
        assertThat(stage.wasSentBefore()).isFalse();
    }

    @Test
    @DisplayName("W-05 a line counts the bytes of its own request, not those that were pipelined behind it")
    void aLineCountsTheBytesOfItsOwnRequest(Scene scene) {
        var disk = new GatedTarget();
        var stage = new LogStage(scene, disk);
        String first = "GET /a HTTP/1.1\r\nHost: example.com\r\n\r\n";
        String second = "GET /longer HTTP/1.1\r\nHost: example.com\r\nX-More: of it\r\n\r\n";
        String last = LogStage.pipelined(1, "/c");

        stage.ask(first + second + last);
        stage.log().close();

        assertThat(parsed(disk.lines()))
                .extracting(line -> line.get("bytesIn").asInt())
                .containsExactly(first.length(), second.length(), last.length());
    }

    @Test
    void aRequestThatBrokeTheProtocolHasALineToo(Scene scene) {
        var disk = new GatedTarget();
        var stage = new LogStage(scene, disk);

        stage.ask("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
        stage.log().close();

        JsonNode line = parsed(disk.lines()).getFirst();
        assertThat(line.propertyNames()).containsExactlyElementsOf(KEYS);
        assertThat(line.get("status").asInt()).isEqualTo(400);
        assertThat(line.get("end").asString()).isEqualTo("CR");
        assertThat(line.get("reason").asString()).isNotEmpty();
        assertThat(line.get("path").isNull()).isTrue();
    }

    @Test
    void clientInputCannotBreakALogLine(Scene scene) {
        var disk = new GatedTarget();
        var stage = new LogStage(scene, disk);
        var random = new Random(SEED);

        for (int round = 0; round < 80; round++) {
            var path = new StringBuilder("/");
            int length = random.nextInt(2_000);
            for (int i = 0; i < length; i++) path.append((char) (1 + random.nextInt(255)));
            stage.ask(LogStage.pipelined(1, path.toString()));
            stage.ask("GET / HTTP/1.1\r\nHost: " + path + "\r\nConnection: close\r\n\r\n");
            stage.ask(LogStage.pipelined(1, "/\"\\" + "\"".repeat(length)));
        }
        stage.log().close();

        assertThat(stage.log().linesDropped()).as("seed %d", SEED).isZero();
        assertThat(disk.lines()).as("seed %d", SEED).hasSize(240);
        assertThat(parsed(disk.lines()))
                .as("seed %d", SEED)
                .allSatisfy(line -> assertThat(line.propertyNames()).containsExactlyElementsOf(KEYS));
    }

    @Test
    void aSlowDiskLosesLogLinesAndNoRequest(Scene scene) {
        var disk = new GatedTarget().shut();
        var stage = new LogStage(scene, disk);
        int requests = 4_000;

        String answers = stage.ask(LogStage.pipelined(requests, "/" + "x".repeat(300)));
        long droppedWhileSlow = stage.log().linesDropped();
        disk.openForGood();
        stage.log().close();

        assertThat(LogStage.answers(answers)).isEqualTo(requests);
        assertThat(droppedWhileSlow).isPositive();
        assertThat(disk.lines().size() + stage.log().linesDropped()).isEqualTo(requests);
        assertThat(parsed(disk.lines())).hasSize(disk.lines().size());
    }

    @Test
    void aHangingDiskDoesNotDelayTheEnd(Scene scene) {
        var disk = new GatedTarget().shut();
        var stage = new LogStage(scene, disk);

        stage.ask(LogStage.pipelined(3, "/"));
        stage.log().close();

        assertThat(disk.lines()).isEmpty();
        assertThat(stage.log().linesDropped()).isEqualTo(3);
    }

    @Test
    void aFailingDiskLosesOnlyTheLinesItDidNotTake(Scene scene) throws InterruptedException {
        var disk = new GatedTarget();
        var stage = new LogStage(scene, disk);
        disk.failOnceAfter(50);

        stage.ask(LogStage.pipelined(1, "/first"));
        disk.awaitWrite();
        stage.ask(LogStage.pipelined(1, "/second"));
        stage.log().close();

        assertThat(stage.log().linesDropped()).isEqualTo(1);
        assertThat(disk.lines()).hasSize(2);
        assertThat(mapper.readTree(disk.lines().getLast()).get("path").asString())
                .isEqualTo("/second");
    }

    @Test
    void anIdleGatewayWritesItsLastLine(Scene scene) throws InterruptedException {
        var disk = new GatedTarget();
        var stage = new LogStage(scene, disk);

        stage.ask(LogStage.pipelined(1, "/last"));
        disk.awaitWrite();

        assertThat(disk.lines()).hasSize(1);
    }

    @Test
    void aRenamedLogFileIsReopened(Scene scene, @TempDir Path folder) throws IOException {
        Path file = folder.resolve("access.log");
        Path rotated = folder.resolve("access.log.1");
        var stage = new LogStage(scene, LogTarget.file(file));

        stage.ask(LogStage.pipelined(1, "/before"));
        Files.move(file, rotated);
        stage.log().reopen();
        while (!Files.exists(file)) Thread.onSpinWait();
        stage.ask(LogStage.pipelined(1, "/after"));
        stage.log().close();

        var both = new ArrayList<>(Files.readAllLines(rotated));
        both.addAll(Files.readAllLines(file));
        assertThat(Files.readAllLines(file).getLast()).contains("/after");
        assertThat(parsed(both)).hasSize(2);
    }

    @Test
    void withoutAFreeBlockTheLineIsDroppedAndTheRequestAnswered(Scene scene) {
        var disk = new GatedTarget();
        var stage = new LogStage(scene, disk);
        BufferPool pool = stage.weir().group().budget().pool();
        var held = new ArrayList<Buffer>();
        for (Buffer one = take(pool); one != null; one = take(pool)) held.add(one);
        held.removeLast().release();

        String answer = stage.ask(LogStage.pipelined(1, "/"));
        stage.log().close();
        held.forEach(Buffer::release);

        assertThat(LogStage.answers(answer)).isEqualTo(1);
        assertThat(stage.log().linesDropped()).isEqualTo(1);
    }

    private static @Nullable Buffer take(BufferPool pool) {
        return pool.tryAcquire(BlockSize.NORMAL, Urgency.INTAKE, BufferPool.NO_LOOP, "test");
    }

    @Test
    void lineAndMetricsAllocateNothing(Scene scene) {
        scene.withoutPlaces();
        var stage = new LogStage(scene, new ForgettingTarget());
        var threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        long[] ours = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("log-0"))
                .mapToLong(Thread::threadId)
                .toArray();
        String request = "GET /v1/x HTTP/1.1\r\nHost: example.com\r\n\r\n";
        int requests = 200;
        assertThat(ours).hasSize(2);
        try (RawPeer peer = stage.dial()) {
            peer.send(request);
            int answerBytes = readAnswer(peer);
            for (int round = 0; round < 200; round++) turn(peer, request, requests, answerBytes);

            long before = Arrays.stream(threads.getThreadAllocatedBytes(ours)).sum();
            for (int round = 0; round < 100; round++) turn(peer, request, requests, answerBytes);
            long allocated =
                    Arrays.stream(threads.getThreadAllocatedBytes(ours)).sum() - before;

            // Why: the date of answers is encoded once a second; one byte a request would be 20 000.
            assertThat(allocated).isLessThan(10_000);
        }
    }

    private static int readAnswer(RawPeer peer) {
        var answer = new StringBuilder();
        while (!answer.toString().endsWith("hello\n")) answer.append(peer.readText(1));
        return answer.length();
    }

    private static void turn(RawPeer peer, String request, int requests, int answerBytes) {
        peer.send(request.repeat(requests));
        assertThat(peer.read(requests * answerBytes)).isNotEmpty();
    }

    private static final class ForgettingTarget implements LogTarget {
        @Override
        public void write(ByteBuffer bytes) {
            bytes.position(bytes.limit());
        }

        @Override
        public void reopen() {}

        @Override
        public void close() {}
    }
}
