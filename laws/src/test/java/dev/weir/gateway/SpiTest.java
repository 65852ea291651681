package dev.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weir.gateway.config.ConfigReader;
import dev.weir.gateway.config.GatewayConfig;
import dev.weir.gateway.spi.EndedRequest;
import dev.weir.gateway.spi.RequestObserver;
import dev.weir.loop.CloseReport;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Proves that an observer in a jar is found and told once of each request, and that one that throws harms
/// nobody. The jars are compiled and packed here, as a user does it.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SpiTest {
    private static final Path EXAMPLE = Path.of("..", "examples", "observer");
    private static final String SERVICE = "META-INF/services/" + RequestObserver.class.getName();
    private static final String NOTING = """
            package plugged;

            import dev.weir.gateway.spi.EndedRequest;
            import dev.weir.gateway.spi.RequestObserver;

            public final class Noting implements RequestObserver {
                public static final java.util.List<String> TOLD = new java.util.concurrent.CopyOnWriteArrayList<>();
                public static volatile EndedRequest last;

                @Override
                public void ended(EndedRequest request) {
                    last = request;
                    TOLD.add(request.method() + " " + request.host() + request.path() + " " + request.status() + " "
                            + request.upstream() + " " + request.attempts() + " " + request.end());
                }
            }
            """;
    private static final String THROWING = """
            package plugged;

            import dev.weir.gateway.spi.EndedRequest;
            import dev.weir.gateway.spi.RequestObserver;

            public final class Throwing implements RequestObserver {
                public static volatile int told;

                @Override
                public void ended(EndedRequest request) {
                    told++;
                    if (told % 2 == 1) throw new NoClassDefFoundError("planted");
                    throw new IllegalStateException("planted");
                }
            }
            """;

    @TempDir
    Path folder;

    @Test
    void anObserverInAJarIsCalledOnceForEachRequest() throws Exception {
        try (var jar = jar("Noting", NOTING)) {
            run(jar, gateway -> {
                assertThat(ask(gateway, "GET /a?b=c HTTP/1.1\r\nHost: h:80\r\n\r\n"))
                        .startsWith("HTTP/1.1 503 ");
                assertThat(ask(gateway, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"))
                        .startsWith("HTTP/1.1 400 ");
                assertThat(scrape(gateway))
                        .contains(
                                "weir_request_observers{state=\"sound\"} 1\n",
                                "weir_request_observers{state=\"failing\"} 0\n");
            });

            assertThat(told(jar)).hasSize(2);
            assertThat(told(jar).getFirst()).matches("GET h/a\\?b=c 503 web [1-9] [A-Z]{2}");
            assertThat(told(jar).getLast()).matches("null nullnull 400 null 0 C[A-Z]");
            var last = (EndedRequest)
                    jar.loadClass("plugged.Noting").getField("last").get(null);
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(last::status)
                    .withMessageContaining("during the call only");
        }
    }

    @Test
    void anObserverThatThrowsAffectsNothingElse() throws Exception {
        try (var jar = jar("Throwing", THROWING, "Noting", NOTING);
                var origin = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread answering = Thread.ofVirtual().start(() -> answerTwice(origin));
            run(jar, origin.getLocalPort(), gateway -> {
                try (var client = connected(gateway.listening().getFirst())) {
                    for (int i = 0; i < 2; i++) {
                        client.getOutputStream().write(bytes("GET /" + i + " HTTP/1.1\r\nHost: h\r\n\r\n"));
                        assertThat(untilEmptyLine(client)).startsWith("HTTP/1.1 200 ");
                    }
                }
                assertThat(scrape(gateway))
                        .contains(
                                "weir_request_observers{state=\"sound\"} 1\n",
                                "weir_request_observers{state=\"failing\"} 1\n");
            });

            answering.join();
            assertThat(jar.loadClass("plugged.Throwing").getField("told").getInt(null))
                    .isEqualTo(2);
            assertThat(told(jar)).containsExactly("GET h/0 200 web 1 --", "GET h/1 200 web 1 --");
        }
    }

    private static void answerTwice(ServerSocket origin) {
        try (var one = origin.accept()) {
            one.setSoTimeout(10_000);
            for (int i = 0; i < 2; i++) {
                assertThat(untilEmptyLine(one)).startsWith("GET /" + i + " ");
                one.getOutputStream().write(bytes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
            }
            assertThat(one.getInputStream().read()).isEqualTo(-1);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void anObserverThatCannotBeCreatedPreventsTheStart() throws Exception {
        Path broken = folder.resolve("broken.jar");
        pack(broken, folder.resolve("nothing"), "plugged.Missing\n");
        try (var jar = new URLClassLoader(new URL[] {broken.toUri().toURL()})) {
            assertThatExceptionOfType(CannotStartException.class)
                    .isThrownBy(() -> run(jar, gateway -> {}))
                    .withMessageContaining("plugged.Missing");
        }
    }

    @Test
    void theExamplePrintsOnlyWhatIsSlow() throws Exception {
        Path classes = Files.createDirectories(folder.resolve("example"));
        compile(classes, EXAMPLE.resolve("dev/weir/examples/observer/SlowRequests.java"));
        Path file = folder.resolve("slow-requests.jar");
        pack(file, classes, Files.readString(EXAMPLE.resolve(SERVICE)));
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        try (var jar = new URLClassLoader(new URL[] {file.toUri().toURL()})) {
            run(jar, gateway -> assertThat(scrape(gateway)).contains("weir_request_observers{state=\"sound\"} 1\n"));
            var slow = (RequestObserver) jar.loadClass("dev.weir.examples.observer.SlowRequests")
                    .getConstructor(long.class, Consumer.class)
                    .newInstance(5_000_000L, (Consumer<String>) lines::add);

            slow.ended(request(5_000_000));
            slow.ended(request(6_000_000));

            assertThat(lines.poll(10, TimeUnit.SECONDS)).isEqualTo("GET GET took 6 ms at GET");
            assertThat(lines).isEmpty();
        }
    }

    /// Texts are all the same.
    private static EndedRequest request(long nanos) {
        return (EndedRequest) Proxy.newProxyInstance(
                SpiTest.class.getClassLoader(),
                new Class<?>[] {EndedRequest.class},
                (_, method, _) -> method.getReturnType() == String.class ? (Object) "GET" : (Object) nanos);
    }

    private interface Asking {
        void with(Gateway gateway) throws IOException;
    }

    /// Its origin refuses.
    private static void run(URLClassLoader jar, Asking asking) throws IOException {
        int refusing;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            refusing = socket.getLocalPort();
        }
        run(jar, refusing, asking);
    }

    /// Opens a gateway that finds what `jar` provides.
    private static void run(URLClassLoader jar, int origin, Asking asking) throws IOException {
        Thread here = Thread.currentThread();
        ClassLoader before = here.getContextClassLoader();
        here.setContextClassLoader(jar);
        try {
            Gateway gateway = Gateway.open(config(origin), line -> {});
            try {
                asking.with(gateway);
            } finally {
                assertThat(gateway.close(Deadline.in(Clock.system(), Duration.ofSeconds(10))))
                        .allMatch(CloseReport::isClean);
            }
        } finally {
            here.setContextClassLoader(before);
        }
    }

    private static GatewayConfig config(int origin) {
        String text = """
                memory: 32MiB
                admin: 127.0.0.1:0
                access-log: off
                listeners: [ { bind: "127.0.0.1:0", limits: { connections: 100 }, upstream: web } ]
                upstreams: { web: { origins: [ "127.0.0.1:%d" ], when-all-down: fail } }
                """.formatted(origin);
        return switch (ConfigReader.read("test.yaml", text)) {
            case ConfigReader.Read(var config) -> config;
            case ConfigReader.Refused refused -> throw new AssertionError(refused);
        };
    }

    /// Compiles classes of the package `plugged`, which are provided in their order.
    ///
    /// @param namesAndTexts of each class
    private URLClassLoader jar(String... namesAndTexts) throws IOException {
        Path sources = Files.createDirectories(folder.resolve("plugged"));
        Path classes = Files.createDirectories(folder.resolve("classes"));
        var provided = new StringBuilder();
        var files = new ArrayList<Path>();
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            files.add(Files.writeString(sources.resolve(namesAndTexts[i] + ".java"), namesAndTexts[i + 1]));
            provided.append("plugged.").append(namesAndTexts[i]).append('\n');
        }
        compile(classes, files.toArray(Path[]::new));
        Path jar = folder.resolve("plugged.jar");
        pack(jar, classes, provided.toString());
        return new URLClassLoader(new URL[] {jar.toUri().toURL()});
    }

    private static void compile(Path classes, Path... sources) throws IOException {
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        try (var files = javac.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            var options = List.of("-proc:none", "-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
            boolean compiled = javac.getTask(null, files, null, options, null, files.getJavaFileObjects(sources))
                    .call();
            assertThat(compiled).isTrue();
        }
    }

    private static void pack(Path jar, Path classes, String provided) throws IOException {
        try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
            put(out, SERVICE, bytes(provided));
            if (!Files.exists(classes)) return;
            try (Stream<Path> files = Files.walk(classes)) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    put(out, classes.relativize(file).toString(), Files.readAllBytes(file));
                }
            }
        }
    }

    private static void put(JarOutputStream out, String name, byte[] bytes) throws IOException {
        out.putNextEntry(new JarEntry(name));
        out.write(bytes);
        out.closeEntry();
    }

    @SuppressWarnings("unchecked") // Why: the class is compiled here.
    private static List<String> told(URLClassLoader jar) throws ReflectiveOperationException {
        return (List<String>) jar.loadClass("plugged.Noting").getField("TOLD").get(null);
    }

    private static String scrape(Gateway gateway) throws IOException {
        return ask(gateway.adminAddress(), "GET /metrics HTTP/1.0\r\n\r\n");
    }

    private static String ask(Gateway gateway, String request) throws IOException {
        return ask(gateway.listening().getFirst(), request.replaceFirst("\r\n\r\n$", "\r\nConnection: close\r\n\r\n"));
    }

    private static String ask(String address, String request) throws IOException {
        try (var client = connected(address)) {
            OutputStream out = client.getOutputStream();
            out.write(bytes(request));
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static String untilEmptyLine(Socket socket) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) throw new EOFException("ended after: " + head);
            head.append((char) next);
        }
        return head.toString();
    }

    private static Socket connected(String address) throws IOException {
        int colon = address.lastIndexOf(':');
        var socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(address.substring(colon + 1)));
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
