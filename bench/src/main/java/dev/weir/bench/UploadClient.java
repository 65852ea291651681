package dev.weir.bench;

import dev.weir.bench.measure.Environment;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.util.Timeout;

/// A program that uploads a file and says which status it was answered with.
///
/// @param name what tables call it
/// @param upload uploads once
record UploadClient(String name, Upload upload) {
    /// What is uploaded.
    static final int BYTES = 5_000_000;

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String STATUS = "413";
    private static final int PIECE_BYTES = 16 * 1024;
    private static final HttpClient JDK = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    /// One upload.
    @FunctionalInterface
    interface Upload {
        /// Whether the answer's status was seen.
        ///
        /// @param bytesPerSecond 0 for as fast as it goes
        boolean isAnswered(URI to, Path file, long bytesPerSecond) throws IOException, InterruptedException;
    }

    /// Those that are installed, in the order of tables.
    static List<UploadClient> installed() {
        var all = new ArrayList<UploadClient>();
        if (isThere("curl")) {
            all.add(new UploadClient("curl", (to, file, rate) -> curl(to, file, rate, List.of())));
            all.add(new UploadClient(
                    "curl, no `Expect`", (to, file, rate) -> curl(to, file, rate, List.of("-H", "Expect:"))));
        }
        // Why: it limits the rate of downloads only; a slow upload of it would be another fast one.
        if (isThere("wget")) all.add(new UploadClient("wget", UploadClient::wget));
        if (isThere("python3")) {
            all.add(new UploadClient(
                    "Python http.client", (to, file, rate) -> script("python3", "upload.py", "client", to, rate)));
            all.add(new UploadClient(
                    "Python urllib", (to, file, rate) -> script("python3", "upload.py", "urllib", to, rate)));
        }
        if (isThere("node")) {
            all.add(new UploadClient("Node", (to, file, rate) -> script("node", "upload.mjs", "http", to, rate)));
        }
        all.add(new UploadClient("Java HttpURLConnection", UploadClient::urlConnection));
        all.add(new UploadClient("Java HttpClient", UploadClient::httpClient));
        all.add(new UploadClient("Apache HttpClient", UploadClient::apache));
        return List.copyOf(all);
    }

    private static boolean isThere(String program) {
        try {
            return said(List.of(program, "--version")) != null;
        } catch (IOException notThere) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static boolean curl(URI to, Path file, long rate, List<String> more)
            throws IOException, InterruptedException {
        var line = new ArrayList<>(List.of(
                "curl",
                "-s",
                "-o",
                "/dev/null",
                "-w",
                "%{http_code}",
                "--noproxy",
                "*",
                "--max-time",
                "20",
                "-X",
                "POST"));
        if (rate > 0) line.addAll(List.of("--limit-rate", String.valueOf(rate)));
        line.addAll(more);
        line.addAll(List.of("--data-binary", "@" + file, to.toString()));
        return said(line).strip().equals(STATUS);
    }

    private static boolean wget(URI to, Path file, long rate) throws IOException, InterruptedException {
        String said = said(List.of(
                "wget",
                "--server-response",
                "-O",
                "/dev/null",
                "--tries=1",
                "--timeout=20",
                "--no-proxy",
                "--post-file=" + file,
                to.toString()));
        return said.contains(" " + STATUS + " ");
    }

    private static boolean script(String program, String name, String how, URI to, long rate)
            throws IOException, InterruptedException {
        return said(List.of(
                        program,
                        BenchFolders.peers().resolve(name).toString(),
                        how,
                        to.toString(),
                        String.valueOf(BYTES),
                        String.valueOf(rate)))
                .strip()
                .equals(STATUS);
    }

    private static String said(List<String> line) throws IOException, InterruptedException {
        Process process = Environment.withoutCollectors(new ProcessBuilder(line))
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        Thread ending = Thread.ofVirtual().start(() -> end(process));
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        ending.interrupt();
        return said;
    }

    private static void end(Process process) {
        try {
            if (!process.waitFor(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean urlConnection(URI to, Path file, long rate) throws IOException {
        var connection = (HttpURLConnection) to.toURL().openConnection(java.net.Proxy.NO_PROXY);
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setReadTimeout((int) PATIENCE.toMillis());
        connection.setFixedLengthStreamingMode(BYTES);
        try (OutputStream out = connection.getOutputStream();
                InputStream body = new Slow(rate)) {
            body.transferTo(out);
        }
        boolean answered = String.valueOf(connection.getResponseCode()).equals(STATUS);
        connection.disconnect();
        return answered;
    }

    private static boolean httpClient(URI to, Path file, long rate) throws IOException, InterruptedException {
        var body = HttpRequest.BodyPublishers.fromPublisher(
                HttpRequest.BodyPublishers.ofInputStream(() -> new Slow(rate)), BYTES);
        var request = HttpRequest.newBuilder(to).timeout(PATIENCE).POST(body).build();
        int status = JDK.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        return String.valueOf(status).equals(STATUS);
    }

    private static boolean apache(URI to, Path file, long rate) throws IOException {
        var limits =
                RequestConfig.custom().setResponseTimeout(Timeout.of(PATIENCE)).build();
        var request = new HttpPost(to);
        try (var client = HttpClients.custom()
                .disableAutomaticRetries()
                .setDefaultRequestConfig(limits)
                .build()) {
            request.setEntity(new InputStreamEntity(new Slow(rate), BYTES, ContentType.APPLICATION_OCTET_STREAM));
            int status = client.execute(request, answer -> {
                EntityUtils.consume(answer.getEntity());
                return answer.getCode();
            });
            return String.valueOf(status).equals(STATUS);
        }
    }

    /// The upload's bytes, at a rate.
    private static final class Slow extends InputStream {
        private final long rate;
        private final long began = System.nanoTime();
        private int sent;

        Slow(long rate) {
            this.rate = rate;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0];
        }

        @Override
        public int read(byte[] into, int from, int count) {
            if (sent == BYTES) return -1;
            int piece = Math.min(Math.min(count, PIECE_BYTES), BYTES - sent);
            java.util.Arrays.fill(into, from, from + piece, (byte) 'x');
            sent += piece;
            if (rate > 0) await(began + sent * TimeUnit.SECONDS.toNanos(1) / rate);
            return piece;
        }

        private static void await(long atNanos) {
            long nanos = atNanos - System.nanoTime();
            if (nanos > 0) java.util.concurrent.locks.LockSupport.parkNanos(nanos);
        }
    }
}
