package dev.weir.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.loop.EventLoop;
import dev.weir.testing.ManualLoops;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Proves that an acceptor without descriptors waits, says so once, and goes on by itself. A JVM of its own
/// may open few files and uses them up.
@Timeout(60)
final class DescriptorsTest {
    @Test
    @DisplayName("S-09 without descriptors accepting pauses, says so once, does not spin, and resumes")
    void acceptingPausesAndResumes() throws IOException, InterruptedException {
        assertThat(said(Exhausted.class)).contains("failed once: Too many open files", "quiet while paused", "resumed");
    }

    @Test
    @DisplayName("S-09 a connect without a descriptor says so, and accepting pauses although one has come free")
    void aConnectWithoutADescriptorPausesAccepting() throws IOException, InterruptedException {
        assertThat(said(ConnectAttempt.class)).contains("lacked: Too many open files", "paused", "resumed");
    }

    /// What a program says that may open few files.
    private static String said(Class<?> program) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = "ulimit -n 256; exec '" + java + "' -ea -cp '" + System.getProperty("java.class.path") + "' "
                + program.getName().replace("$", "\\$");
        var child = new ProcessBuilder("bash", "-c", command)
                .redirectErrorStream(true)
                .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(child.waitFor()).as(said).isZero();
        return said;
    }

    /// The program of the child.
    static final class Exhausted {
        private Exhausted() {}

        public static void main(String[] arguments) throws IOException {
            var scene = new Scene("exhausted");
            ManualLoops loops = scene.tcpByHand();
            List<String> failures = new ArrayList<>();
            List<Transport> accepted = new ArrayList<>();
            var acceptor = listen(loops, accepted, failures);
            // Why: the first one loads the classes that need descriptors themselves.
            RawPeer first = loops.dial(acceptor.local());
            loops.turnUntil(() -> accepted.size() == 1);

            RawPeer peer = null;
            List<FileInputStream> taken = new ArrayList<>();
            try {
                while (true) taken.add(new FileInputStream("/dev/null"));
            } catch (IOException full) {
                taken.removeLast().close();
                peer = loops.dial(acceptor.local());
            }
            loops.turnUntil(() -> !failures.isEmpty());
            EventLoop loop = loops.loop();
            int done = 0;
            for (int i = 0; i < 1_000; i++) done += loop.turn(0);
            if (done != 0) throw new AssertionError("spins: " + done);
            loops.pass(Duration.ofMillis(110));
            loops.pass(Duration.ofMillis(210));
            if (failures.size() != 1) throw new AssertionError(failures.toString());
            String summary = "failed once: " + failures.getFirst() + "\nquiet while paused\n";

            for (var one : taken) one.close();
            loops.pass(Duration.ofMillis(500));
            loops.turnUntil(() -> accepted.size() == 2);
            accepted.forEach(Transport::close);
            acceptor.close();
            first.close();
            peer.close();
            loops.turnUntilQuiet();
            System.out.println(summary + "resumed");
        }

        static Acceptor listen(ManualLoops loops, List<Transport> accepted, List<String> failures) {
            return loops.network().listen(Scene.ANY_PORT, 8, loops.loop(), new Acceptor.Listener() {
                @Override
                public void accepted(Transport transport) {
                    accepted.add(transport);
                    transport.attach(loops.loop(), (readable, writable) -> {});
                }

                @Override
                public void acceptFailed(String why) {
                    failures.add(why);
                }
            });
        }
    }

    /// The program of the child that connects.
    static final class ConnectAttempt {
        private ConnectAttempt() {}

        public static void main(String[] arguments) throws IOException, ClassNotFoundException {
            var scene = new Scene("connecting");
            ManualLoops loops = scene.tcpByHand();
            List<String> failures = new ArrayList<>();
            List<Transport> accepted = new ArrayList<>();
            var acceptor = Exhausted.listen(loops, accepted, failures);
            // Why: the first one loads the classes that need descriptors themselves.
            RawPeer first = loops.dial(acceptor.local());
            loops.turnUntil(() -> accepted.size() == 1);
            var lacked = new ArrayList<String>();
            var told = told(lacked);
            Class.forName("dev.weir.transport.tcp.FailedConnectAttempt");
            List<FileInputStream> taken = new ArrayList<>();
            try {
                while (true) taken.add(new FileInputStream("/dev/null"));
            } catch (IOException full) {
                loops.network().connect(acceptor.local(), loops.loop(), told);
            }
            loops.turnUntil(() -> !lacked.isEmpty());
            for (var one : taken) one.close();
            RawPeer peer = loops.dial(acceptor.local());
            loops.turnUntil(() -> !failures.isEmpty());
            if (accepted.size() != 1) throw new AssertionError("accepted at once");
            String summary = "lacked: " + lacked.getFirst() + "\npaused: " + failures.getFirst() + "\n";
            loops.pass(Duration.ofMillis(110));
            loops.turnUntil(() -> accepted.size() == 2);
            accepted.forEach(Transport::close);
            acceptor.close();
            first.close();
            peer.close();
            loops.turnUntilQuiet();
            System.out.println(summary + "resumed");
        }

        private static dev.weir.transport.ConnectAttempt.Listener told(List<String> lacked) {
            return new dev.weir.transport.ConnectAttempt.Listener() {
                @Override
                public void connected(Transport transport) {
                    throw new AssertionError("connected");
                }

                @Override
                public void connectFailed(String why) {
                    throw new AssertionError("the peer is blamed: " + why);
                }

                @Override
                public void outOfDescriptors(String why) {
                    lacked.add(why);
                }
            };
        }
    }
}
