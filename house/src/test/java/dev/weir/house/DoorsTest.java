package dev.weir.house;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.weir.house.planted.Doorless;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Proves that time, chance, threads, sockets and foreign memory come in through one door each, so that a
/// simulation can stand behind it. It reads the calls in the compiled classes.
///
/// An exception to a door is one more name in its list, with the reason beside it.
final class DoorsTest {
    static final Named TIME = new Named(
            "time",
            Door.of(
                    "a test must be able to turn the clock by hand",
                    List.of("dev.weir.time"),
                    "java\\.lang\\.System\\.(nanoTime|currentTimeMillis)",
                    "java\\.time\\.\\w+\\.now",
                    "java\\.time\\.Clock\\.(system|tick).*",
                    "java\\.util\\.Date\\.<init>",
                    "java\\.util\\.Calendar\\.getInstance"));

    static final Named CHANCE = new Named(
            "chance",
            Door.of(
                    "a seed must decide everything",
                    List.of("dev.weir.time"),
                    "java\\.util\\.(Random|SplittableRandom)\\..*",
                    "java\\.security\\.SecureRandom\\..*",
                    "java\\.util\\.random\\..*",
                    "java\\.lang\\.Math\\.random",
                    "java\\.util\\.UUID\\.randomUUID"));

    static final Named DRAWS = new Named(
            "draws",
            Door.of(
                    "a chance can be guessed: what must not be is drawn from dev.weir.time.Secrets",
                    List.of(
                            "dev.weir.time",
                            // each loop has one
                            "dev.weir.loop.EventLoop",
                            // which origin is asked
                            "dev.weir.pool",
                            // which loop a connection goes to, on a rare path
                            "dev.weir.server.AcceptGate",
                            // an id finds lines of a log, and nobody is trusted for knowing one
                            "dev.weir.gateway.forward.RequestIds"),
                    "dev\\.weir\\.time\\.Chance\\.(<init>|next|below)"));

    static final Named SECRETS = new Named(
            "secrets",
            Door.of(
                    "a secret costs a call of the system: only what must not be guessed is one",
                    List.of(
                            "dev.weir.time",
                            // the seed of its loops
                            "dev.weir.runtime.Weir",
                            // where addresses stand in tables whose order an attacker could choose
                            "dev.weir.memory.wait",
                            "dev.weir.pool",
                            // what tells this program from another one in a Via field
                            "dev.weir.gateway.Listeners"),
                    "dev\\.weir\\.time\\.Secrets(\\..*)?"));

    static final Named JDK_SERVER = new Named(
            "jdk server",
            Door.of(
                    "one module stands in for the JDK's HTTP server, and only it knows that one's interface",
                    List.of("dev.weir.httpserver"),
                    "com\\.sun\\.net\\.httpserver\\..*"));

    static final Named SLEEP = new Named(
            "sleep",
            Door.of(
                    "who sleeps cannot be woken; wait in dev.weir.loop.Parking",
                    List.of(),
                    "java\\.lang\\.Thread\\.(sleep|onSpinWait|yield)",
                    "java\\.util\\.concurrent\\.TimeUnit\\.(sleep|timedWait|timedJoin)"));

    static final Named THREADS = new Named(
            "threads",
            Door.of(
                    "who counts the threads must have started them",
                    List.of(
                            "dev.weir.loop.Threads",
                            // what starts them for it
                            "dev.weir.loop.Baton",
                            // a hook is a thread that only the JVM starts, when it ends
                            "dev.weir.loop.ShutdownHook"),
                    "java\\.lang\\.Thread\\.(<init>|start|ofPlatform|ofVirtual|startVirtualThread)",
                    "java\\.lang\\.Thread\\$Builder.*",
                    "java\\.util\\.concurrent\\.Executors\\..*",
                    "java\\.util\\.concurrent\\.(ForkJoinPool|ThreadPoolExecutor|ScheduledThreadPoolExecutor)\\..*",
                    "java\\.util\\.concurrent\\.CompletableFuture\\.\\w+Async",
                    "java\\.util\\.(Timer\\..*|\\w+\\.parallelStream)",
                    "java\\.util\\.stream\\.\\w+\\.parallel"));

    static final Named WAITS = new Named(
            "waits",
            Door.of(
                    "a simulation must know every place where a thread of ours waits",
                    List.of(
                            "dev.weir.loop",
                            // the first thread has nothing to do but to wait for the end
                            "dev.weir.gateway.Main"),
                    "java\\.util\\.concurrent\\.locks\\.LockSupport\\.park\\w*",
                    "java\\.util\\.concurrent\\.locks\\.Condition\\.await\\w*",
                    "java\\.util\\.concurrent\\.CountDownLatch\\.await",
                    "java\\.util\\.concurrent\\.(CyclicBarrier|Phaser|Exchanger)\\..*",
                    "java\\.util\\.concurrent\\.Semaphore\\.acquire\\w*",
                    "java\\.util\\.concurrent\\.\\w*(Future|FutureTask)\\.(get|join)",
                    "java\\.util\\.concurrent\\.\\w*Queue\\.(take|put)",
                    "java\\.lang\\.Object\\.wait",
                    "java\\.lang\\.Thread\\.join"));

    static final Named SOCKETS = new Named(
            "sockets",
            Door.of(
                            "the network is a seam that a simulation replaces",
                            // a cluster's library has sockets of its own
                            List.of("dev.weir.transport", "dev.weir.cluster"),
                            "java\\.nio\\.channels\\..*",
                            "java\\.net\\..*",
                            "javax\\.net\\..*")
                    .butFree(
                            // a text, and nothing is looked up
                            "java\\.net\\.(URI|URISyntaxException)(\\..*)?",
                            // files are not sockets; the access log is one
                            "java\\.nio\\.channels\\.FileChannel(\\..*)?"));

    static final Named SOCKET_ADDRESSES = new Named(
            "socket addresses",
            Door.of(
                    "everybody else speaks of dev.weir.transport.Endpoint, which is no socket's",
                    List.of("dev.weir.transport.tcp"),
                    "java\\.net\\.InetSocketAddress(\\..*)?"));

    static final Named FOREIGN = new Named(
            "foreign memory",
            Door.of(
                    "one package owns the arena, so that the budget is the truth",
                    // the second calls the system itself, over the blocks of the first
                    List.of("dev.weir.memory", "dev.weir.transport.ffm"),
                    "java\\.lang\\.foreign\\..*",
                    "java\\.nio\\.ByteBuffer\\.allocateDirect",
                    "sun\\.misc\\.Unsafe.*"));

    static final Named MEMORY_PARTS = new Named(
            "memory parts",
            Door.of(
                    "they are public for the packages of memory only: whoever uses memory asks the pool",
                    List.of("dev.weir.memory"),
                    "dev\\.weir\\.memory\\.block\\.(Block|Depot|LoopCache|Slab|SlabPlan|Store)(\\..*)?",
                    "dev\\.weir\\.memory\\.wait\\.(HandOff|WaitSnapshot)(\\..*)?"));

    static final Named SIGNALS = new Named(
            "signals",
            Door.of(
                    "one class listens to the operating system, and one to the end of the JVM",
                    List.of(
                            "dev.weir.gateway.Signals",
                            "dev.weir.loop.ShutdownHook",
                            // it halts a process that cannot end otherwise
                            "dev.weir.gateway.Watchdog"),
                    "sun\\.misc\\.Signal.*",
                    "java\\.lang\\.Runtime\\.(addShutdownHook|halt)"));

    static final Named OUTPUT = new Named(
            "output",
            Door.of(
                    "a library says nothing on its own, and nobody ends the caller's JVM",
                    List.of(
                            "dev.weir.gateway.Main",
                            "dev.weir.gateway.cli",
                            "dev.weir.gateway.Signals",
                            // the last line, for which there may be no memory
                            "dev.weir.gateway.FatalMessage",
                            // the access log may go to the standard output
                            "dev.weir.gateway.log.LogFile"),
                    "java\\.lang\\.System\\.(out|err|in|exit|setOut|setErr)",
                    "java\\.lang\\.Runtime\\.exit",
                    "java\\.io\\.FileDescriptor\\.(out|err|in)"));

    static final Named STACKS = new Named(
            "stack traces",
            Door.of(
                    "an operator reads one sentence, not a stack trace",
                    List.of(),
                    "java\\.lang\\.Throwable\\.printStackTrace",
                    "java\\.lang\\.Thread\\.dumpStack",
                    "[\\w.$]+(Exception|Error)\\.printStackTrace"));

    static final List<Named> doors = List.of(
            TIME,
            CHANCE,
            DRAWS,
            SECRETS,
            SLEEP,
            THREADS,
            WAITS,
            SOCKETS,
            SOCKET_ADDRESSES,
            JDK_SERVER,
            FOREIGN,
            MEMORY_PARTS,
            SIGNALS,
            OUTPUT,
            STACKS);

    /// Packages that have a place in the table before they exist, and the module that will hold each.
    private static final Map<String, String> COMING = Map.ofEntries(
            entry("dev.weir.httpserver", "httpserver"),
            entry("dev.weir.transport.ffm", "native"),
            entry("dev.weir.cluster", "cluster"));

    private static final JavaClasses PRODUCT = House.classes(House.PRODUCT);
    private static final JavaClasses PLANTED = House.planted(Doorless.class);

    @ParameterizedTest
    @FieldSource("doors")
    void facilitiesAreUsedOnlyBehindTheirDoors(Named named) {
        assertThat(named.door().complaints(PRODUCT)).isEmpty();
    }

    @ParameterizedTest
    @FieldSource("doors")
    void useOutsideADoorIsFound(Named named) {
        String method = named.name().replace(" ", "");

        assertThat(named.door().complaints(PLANTED)).anyMatch(complaint -> complaint.contains("Doorless." + method));
    }

    /// Why: a name left behind when its class moved would let the next class of that name through unseen.
    @Test
    void everyNameInADoorExistsOrIsPlanned() {
        assertThat(unknown(doors)).allMatch(COMING::containsKey).hasSameSizeAs(COMING.keySet());
        assertThat(COMING.values()).noneMatch(House.ALL::contains);
    }

    @Test
    void nameThatNobodyHasIsFound() {
        var gone = new Named("gone", Door.of("planted", List.of("dev.weir.time", "dev.weir.gone.Gone"), "nothing"));

        assertThat(unknown(List.of(gone))).containsExactly("dev.weir.gone.Gone");
    }

    private static List<String> unknown(List<Named> named) {
        return named.stream()
                .flatMap(one -> one.door().through().stream())
                .distinct()
                .filter(name -> PRODUCT.stream()
                        .noneMatch(type -> House.outermost(type).equals(name)
                                || (type.getPackageName() + ".").startsWith(name + ".")))
                .toList();
    }

    record Named(String name, Door door) {
        @Override
        public String toString() {
            return name;
        }
    }
}
