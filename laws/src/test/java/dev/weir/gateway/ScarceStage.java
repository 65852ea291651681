package dev.weir.gateway;

import dev.weir.gateway.config.AccessLogSetting;
import dev.weir.gateway.config.Admin;
import dev.weir.gateway.config.GatewayConfig;
import dev.weir.gateway.config.HttpListener;
import dev.weir.gateway.config.Listener;
import dev.weir.gateway.config.Memory;
import dev.weir.gateway.config.Route;
import dev.weir.gateway.config.Stop;
import dev.weir.gateway.config.Upstream;
import dev.weir.loop.EventLoop;
import dev.weir.loop.LoopGroup;
import dev.weir.memory.BufferPool;
import dev.weir.memory.MemoryPlan;
import dev.weir.memory.Usage;
import dev.weir.memory.block.BlockSize;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.testing.Sockets;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import dev.weir.transport.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The whole gateway over real sockets, with two loops and next to no memory, in front of an origin that
/// answers each request with its own body once it is let.
final class ScarceStage {
    static final int RESERVE_BLOCKS = 3;

    private static final Pattern LENGTH = Pattern.compile("(?i)\r\nContent-Length: (\\d+)");
    private static final int LOOPS = 2;
    private static final int CONNECTIONS_MAX = 1000;
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Scene scene;
    private final ServerSocket listening;
    private final CountDownLatch gate = new CountDownLatch(1);
    private final Weir weir;
    private final Gateway gateway;

    /// Nobody is ended there for the memory he holds.
    ///
    /// @param above how many blocks there are above the reserve
    /// @param poolConnections how many connections to the origin there may be
    ScarceStage(Scene scene, int above, int poolConnections) throws IOException {
        this.scene = scene;
        listening = new ServerSocket(0, CONNECTIONS_MAX, InetAddress.getLoopbackAddress());
        scene.closes(listening);
        Thread.ofVirtual().start(this::accept);
        int normal = BlockSize.NORMAL.bytes();
        var memory = MemoryPlan.Settings.DEFAULT.withSlabBytes(normal).withReserveBlocks(RESERVE_BLOCKS);
        long bytes = EventLoop.fixedBytes(LOOPS) + (long) (RESERVE_BLOCKS + above) * normal;
        GatewayConfig config = config(poolConnections);
        List<MemoryPlan.Line> charges = Gateway.charges(config, LOOPS);
        long charged = charges.stream().mapToLong(MemoryPlan.Line::bytes).sum();
        var settings = WeirSettings.of("scarce", bytes + charged)
                .withLoops(LOOPS)
                .withCharges(charges)
                .withMemory(memory)
                // Why: who is ended for what he holds has not finished.
                .withStarveAfter(LONG);
        weir = Weir.open(settings, LoopGroup.Drive.THREADS, Clock.system(), scene.ledger(), scene.tcp());
        gateway = Gateway.over(weir, config, line -> {});
        scene.closes(() -> {
            open();
            for (var report : gateway.close(Deadline.in(Clock.system(), Duration.ofSeconds(10)))) {
                if (!report.isClean()) throw new AssertionError("the gateway left " + report.survivors());
            }
        });
    }

    private GatewayConfig config(int poolConnections) {
        var any = Endpoint.of("127.0.0.1", 0);
        var listener = new HttpListener(
                any,
                new HttpListener.Limits(CONNECTIONS_MAX, Listener.Beyond.WAIT, 8 * 1024, 50),
                new HttpListener.Timeouts(LONG, LONG, LONG, LONG, LONG, LONG),
                List.of(new Route("", "/", "web")));
        var upstream = new Upstream(
                "web",
                List.of(Endpoint.of("127.0.0.1", listening.getLocalPort())),
                Upstream.Balance.ROUND_ROBIN,
                new Upstream.Pool(poolConnections, CONNECTIONS_MAX, LONG, LONG),
                new Upstream.Timeouts(LONG, LONG),
                Upstream.Retry.SAFE);
        return new GatewayConfig(
                Memory.DEFAULT,
                new Admin.At(any),
                new AccessLogSetting.Off(),
                Stop.DEFAULT,
                List.of(listener),
                List.of(upstream));
    }

    // ---- the origin

    private void accept() {
        while (true) {
            try {
                Socket talk = listening.accept();
                Thread.ofVirtual().start(() -> answer(talk));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void answer(Socket talk) {
        try (talk) {
            for (byte[] body = body(talk.getInputStream()); body != null; body = body(talk.getInputStream())) {
                gate.await();
                talk.getOutputStream().write(ascii("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n"));
                talk.getOutputStream().write(body);
            }
        } catch (IOException gone) {
            // Why: the gateway may leave whenever it likes; the clients are what is looked at.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Reads a message; null at the end.
    private static byte @Nullable [] body(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) return null;
            head.append((char) octet);
        }
        var length = LENGTH.matcher(head);
        return length.find() ? in.readNBytes(Integer.parseInt(length.group(1))) : new byte[0];
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// Lets the origin answer.
    void open() {
        gate.countDown();
    }

    // ---- the clients

    static String post(String body) {
        return "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    RawPeer client() {
        return scene.dial(address(gateway.listening().getFirst()));
    }

    /// A client in a thread of its own.
    ///
    /// @return the body it was answered with, or what was said instead
    String asks(String body) throws IOException {
        Endpoint to = address(gateway.listening().getFirst());
        try (var socket = Sockets.dial(to)) {
            socket.getOutputStream().write(ascii(post(body)));
            InputStream in = socket.getInputStream();
            String first = new String(in.readNBytes("HTTP/1.1 200".length()), StandardCharsets.US_ASCII);
            byte[] answered = body(in);
            return first.equals("HTTP/1.1 200") && answered != null
                    ? new String(answered, StandardCharsets.US_ASCII)
                    : first;
        }
    }

    /// A page of the admin server, its head before it.
    String page(String path) {
        try (RawPeer peer = scene.dial(address(gateway.adminAddress()))) {
            peer.send("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
            return peer.readToEnd().text();
        }
    }

    private static Endpoint address(String text) {
        int colon = text.lastIndexOf(':');
        return Endpoint.loopback(Integer.parseInt(text.substring(colon + 1)));
    }

    // ---- what is seen of it

    BufferPool pool() {
        return weir.group().budget().pool();
    }

    Usage usage() {
        return weir.group().budget().usage();
    }

    /// How many connections each loop has.
    List<Integer> live() {
        return weir.connections().rosters().stream().map(one -> one.live()).toList();
    }

    /// How many were ended for the memory they held.
    long starved() {
        return weir.connections().starved();
    }

    /// Looks until it is so; the test's own time-out ends it.
    static void until(BooleanSupplier so) {
        while (!so.getAsBoolean()) Thread.onSpinWait();
    }
}
