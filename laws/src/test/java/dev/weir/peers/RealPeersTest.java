package dev.weir.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Proves that the gateway serves real clients in front of real origins. The program runs as users run it,
/// with 64 MiB of heap and a budget of 32 MiB; nginx is the origin; curl, wrk, h2load and slowhttptest are
/// the clients.
@Timeout(180)
final class RealPeersTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String CLEAN =
            "balance: sockets 0, buffers 0, timers 0, threads 0, connections 0, leases 0, " + "exchanges 0";

    @TempDir
    Path folder;

    @Test
    void curlSeesTheOriginThroughTheGateway() throws Exception {
        try (var nginx = Nginx.start(folder);
                var gateway = RunningGateway.start(folder, List.of(nginx.origin()), "")) {
            String seen = Program.run(LIMIT, Nginx.curl(gateway.url("/seen?a=b")));

            assertThat(seen).isEqualTo("GET /seen?a=b 127.0.0.1:" + gateway.port() + " 127.0.0.1");
        }
    }

    @Test
    void wrkAndH2loadGetEveryAnswer() throws Exception {
        try (var nginx = Nginx.start(folder);
                var gateway = RunningGateway.start(folder, List.of(nginx.origin()), "")) {
            String url = gateway.url("/tiny");
            String wrk = Program.run(LIMIT, List.of(Program.find("wrk"), "-t1", "-c64", "-d3s", url));
            String h2load = Program.run(LIMIT, List.of(Program.find("h2load"), "--h1", "-n", "20000", "-c", "64", url));

            assertThat(wrk).contains("requests in").doesNotContain("Non-2xx").doesNotContain("Socket errors");
            assertThat(h2load).contains("20000 succeeded, 0 failed, 0 errored, 0 timeout");
        }
    }

    @Test
    void aThousandBusyConnectionsFitInto64MebibytesOfHeap() throws Exception {
        try (var nginx = Nginx.start(folder);
                var gateway = RunningGateway.start(folder, List.of(nginx.origin()), "")) {
            String wrk = Program.run(
                    LIMIT,
                    List.of(Program.find("wrk"), "-t1", "-c1000", "-d5s", "--timeout", "20s", gateway.url("/tiny")));

            assertThat(wrk).contains("requests in").doesNotContain("Non-2xx").doesNotContain("Socket errors");
            assertThat(gateway.told()).doesNotContain("OutOfMemory");
        }
    }

    @Test
    @DisplayName("H-29 slow heads of slowhttptest do not keep the service from others, and are ended")
    void slowHeadsDoNotKeepTheServiceFromOthers() throws Exception {
        try (var nginx = Nginx.start(folder);
                var gateway = RunningGateway.start(folder, List.of(nginx.origin()), "")) {
            String told = Program.run(
                    LIMIT,
                    List.of(
                            Program.find("slowhttptest"),
                            "-H",
                            "-c",
                            "800",
                            "-r",
                            "400",
                            "-i",
                            "4",
                            "-x",
                            "24",
                            "-p",
                            "3",
                            "-l",
                            "40",
                            "-u",
                            gateway.url("/tiny")));

            assertThat(told).contains("service available:").doesNotContain("NO");
            assertThat(told).contains("No open connections left");
        }
    }

    @Test
    void aGibibyteUpAndDownAtOnceLeavesMemoryFlat() throws Exception {
        Path sparse = folder.resolve("www/big");
        try (var nginx = Nginx.start(folder);
                var gateway = RunningGateway.start(folder, List.of(nginx.origin()), "")) {
            try (var file = new java.io.RandomAccessFile(sparse.toFile(), "rw")) {
                file.setLength(1L << 30);
            }
            transfer(gateway, sparse, "first");
            // Why: which blocks and how much heap the first touches depends on its pace, so it is not the measure.
            transfer(gateway, sparse, "again");
            long before = gateway.residentKib();

            transfer(gateway, sparse, "second");

            assertThat(Files.size(folder.resolve("www/put/second"))).isEqualTo(1L << 30);
            assertThat(gateway.residentKib()).isLessThan(before + 24 * 1024);
        }
    }

    private static void transfer(RunningGateway gateway, Path file, String name) throws Exception {
        Process down = new ProcessBuilder(Nginx.curl("-f", "-o", "/dev/null", gateway.url("/big"))).start();
        String up = Program.run(
                LIMIT, Nginx.curl("-f", "-w", "%{http_code}", "-T", file.toString(), gateway.url("/put/" + name)));

        assertThat(up).isEqualTo("201");
        assertThat(down.waitFor()).isZero();
    }

    @Test
    void killingAnOriginUnderLoadLosesOnlyWhatWasInFlightOnIt() throws Exception {
        Files.createDirectories(folder.resolve("a"));
        Files.createDirectories(folder.resolve("b"));
        int connections = 32;
        try (var stays = Nginx.start(folder.resolve("a"));
                var dies = Nginx.start(folder.resolve("b"));
                var gateway = RunningGateway.start(folder, List.of(stays.origin(), dies.origin()), "");
                var load = new KeepAliveLoad(gateway.port(), connections)) {
            load.awaitAnswers(2_000);

            dies.kill();

            load.awaitAnswers(load.answered.get() + 4_000);
            assertThat(load.refused.get()).as(load.toString()).isLessThanOrEqualTo(connections);
            assertThat(load.cut.get() + load.unanswered.get() + load.unansweredOnKept.get())
                    .as(load.toString())
                    .isZero();
        }
    }

    @Test
    void sigtermUnderLoadAnswersEveryRequestOfWhichAByteWasRead() throws Exception {
        try (var nginx = Nginx.start(folder);
                var gateway = RunningGateway.start(folder, List.of(nginx.origin()), "stop: { grace: 1s, drain: 10s }");
                var load = new KeepAliveLoad(gateway.port(), 32)) {
            load.awaitAnswers(2_000);

            gateway.signalTerm();

            assertThat(gateway.awaitExit()).as(gateway.told()).isZero();
            load.stop();
            assertThat(load.cut.get() + load.refused.get() + load.unansweredOnKept.get())
                    .as(load.toString())
                    .isZero();
            assertThat(gateway.told()).contains("cut: nobody").contains(CLEAN);
        }
    }
}
