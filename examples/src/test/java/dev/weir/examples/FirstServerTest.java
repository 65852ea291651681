package dev.weir.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.http.server.HttpServer;
import dev.weir.http.server.ServerSettings;
import dev.weir.loop.CloseReport;
import dev.weir.runtime.Weir;
import dev.weir.testing.Balanced;
import dev.weir.testing.ManualLoops;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Proves that the programs of docs/library do what its pages say.
@Balanced
final class FirstServerTest {
    // snippet: first-server-test
    @Test
    void helloIsGreetedAndOtherPathsAreNotFound(Scene scene) {
        ManualLoops loops = scene.inMemory();
        HttpServer server = HttpServer.open(scene.weir(loops), ServerSettings.localPort(0), FirstServer::handle);

        try (RawPeer client = loops.dial(server.local())) {
            client.send("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertTrue(client.readUntil("Hello, World!").startsWith("HTTP/1.1 200 "));
            client.send("GET /other HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertTrue(client.readUntil("only /hello here.").startsWith("HTTP/1.1 404 "));
        }
    }
    // end

    // snippet: closing
    @Test
    void requestThatIsNotAnsweredInTimeIsCutAndReported(Scene scene) {
        Weir weir = scene.weir(Shape.SMALL);
        HttpServer server = HttpServer.open(weir, ServerSettings.localPort(0), exchange -> {}); // never answers
        RawPeer client = scene.dial(server.local());
        client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        while (weir.connections().live() == 0) Thread.onSpinWait();

        CloseReport report = weir.close(Deadline.in(Clock.system(), Duration.ofMillis(100)));

        assertTrue(report.isClean()); // nothing survived
        assertEquals(List.of(), report.survivors());
        assertEquals(1, report.cut().size()); // but one request was cut
        client.expectReset();
        client.close();
    }
    // end
}
