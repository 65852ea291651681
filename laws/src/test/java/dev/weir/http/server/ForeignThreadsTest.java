package dev.weir.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import dev.weir.testing.Sockets;
import dev.weir.transport.Endpoint;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Proves that answers from foreign threads never mix with those of other clients. A real server with two loops
/// over sockets; sixteen clients are answered by threads of an executor and by threads of their own, four at
/// once on the loop. Each answer carries what only its request said, and is compared to the last byte.
@Balanced
final class ForeignThreadsTest {
    private static final int LATER = 16;
    private static final int AT_ONCE = 4;
    private static final int WORKERS = 4;
    private static final int FILLER_BYTES_MAX = 6000;
    private static final int SOCKET_MILLIS = 30_000;

    @Test
    @DisplayName("W-03 sixteen clients answered on other threads and four on the loop: each gets its own, to the byte")
    void answersFromOtherThreadsAreNotMixedUp(Scene scene) throws Exception {
        play(scene, 150);
    }

    @Test
    @Tag("long")
    @Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @DisplayName("W-03 a hundred thousand exchanges answered on other threads: no byte is swapped")
    void noByteOfAHundredThousandAnswersIsSwapped(Scene scene) throws Exception {
        play(scene, 100_000 / LATER);
    }

    private static void play(Scene scene, int requests) throws Exception {
        scene.withoutPlaces();
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        try (var workers = Executors.newFixedThreadPool(WORKERS)) {
            var server = HttpServer.open(
                    scene.weir(Shape.SMALL.withLoops(2)), Stage.SETTINGS, exchange -> handle(exchange, workers, wrong));
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < LATER + AT_ONCE; i++) {
                int number = i;
                clients.add(Thread.ofPlatform().start(() -> talk(server.local(), number, requests, wrong)));
            }
            for (Thread client : clients) client.join();
        }
        assertThat(wrong).isEmpty();
    }

    private static void handle(ServerExchange exchange, ExecutorService workers, Queue<String> wrong) {
        String target = exchange.target();
        if (target.startsWith("/now")) exchange.answer(Answer.text(200, bodyOf(target)));
        else if (target.hashCode() % 4 == 0) {
            Thread.ofVirtual().start(() -> answer(exchange, target, wrong));
        } else {
            CompletableFuture<Void> _ = CompletableFuture.supplyAsync(() -> target, workers)
                    .thenAccept(copy -> answer(exchange, copy, wrong));
        }
    }

    private static void answer(ServerExchange exchange, String target, Queue<String> wrong) {
        try {
            exchange.answer(Answer.text(200, bodyOf(target)));
        } catch (RuntimeException failure) {
            wrong.add(target + " could not be answered: " + failure);
        }
    }

    /// What only this target is answered: its own text again and again, of a length of its own.
    private static String bodyOf(String target) {
        int bytes = target.length() + Math.floorMod(target.hashCode(), FILLER_BYTES_MAX);
        return target.repeat(bytes / target.length() + 1).substring(0, bytes);
    }

    private static void talk(Endpoint server, int client, int requests, Queue<String> wrong) {
        try (var socket = Sockets.dial(server)) {
            socket.setSoTimeout(SOCKET_MILLIS);
            socket.setTcpNoDelay(true);
            var in = new BufferedInputStream(socket.getInputStream());
            for (int i = 0; i < requests && wrong.isEmpty(); i++) {
                String target = (client < LATER ? "/later/" : "/now/") + client + "/" + i + "/";
                socket.getOutputStream()
                        .write(("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                String complaint = complaint(in, bodyOf(target));
                if (!complaint.isEmpty()) wrong.add(target + ": " + complaint);
            }
        } catch (IOException failure) {
            wrong.add("client " + client + ": " + failure);
        }
    }

    /// What is wrong with the next answer; empty when nothing is.
    private static String complaint(InputStream in, String expected) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) return "ended after " + head;
            head.append((char) octet);
        }
        String length = "\r\nContent-Length: " + expected.length() + "\r\n";
        if (!head.toString().startsWith("HTTP/1.1 200 OK\r\n") || head.indexOf(length) < 0) return head.toString();
        var body = new String(in.readNBytes(expected.length()), StandardCharsets.ISO_8859_1);
        if (!body.equals(expected)) return "got " + body;
        return in.available() > 0 ? "bytes after the answer" : "";
    }
}
