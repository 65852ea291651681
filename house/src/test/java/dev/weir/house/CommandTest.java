package dev.weir.house;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves what `./weir` does before a JVM of ours runs. It calls a copy of the script in a small tree, with
/// a JDK and a Maven that only say how they were called.
final class CommandTest {
    private static final String TELLING_JAVA = """
            #!/bin/sh
            echo "cwd $(pwd -P)"
            echo "options [${JAVA_TOOL_OPTIONS:-}]"
            for argument in "$@"; do echo "argument [$argument]"; done
            """;
    private static final String TELLING_MAVEN = """
            #!/bin/sh
            echo "[INFO] Building Weir gateway"
            echo x >>"$(pwd)/built"
            [ ! -e broken ] || { echo "[ERROR] A.java:[1,2] wrong"; echo "[ERROR] To see the full stack trace"; exit 1; }
            mkdir -p gateway/target/lib
            : >gateway/target/weir-gateway-1.jar
            mkdir -p testing/target/lib
            : >testing/target/weir-testing-1.jar
            """;

    private static final List<String> TOOLS = List.of(
            "awk",
            "basename",
            "cat",
            "chmod",
            "cksum",
            "cp",
            "cut",
            "date",
            "dirname",
            "find",
            "flock",
            "grep",
            "head",
            "id",
            "ls",
            "mkdir",
            "mkfifo",
            "mktemp",
            "mv",
            "readlink",
            "rm",
            "sed",
            "tail",
            "tee",
            "tr");

    @TempDir
    private Path temporary;

    private Path tree;
    private Path programs;
    private final Map<String, String> environment = new TreeMap<>();

    @BeforeEach
    void plant() throws IOException {
        tree = temporary.toRealPath().resolve("a tree");
        programs = temporary.resolve("bin");
        for (String module : List.of("core", "http", "gateway", "testing", "bench")) {
            Files.createDirectories(tree.resolve(module).resolve("src/main/java"));
            old(Files.writeString(tree.resolve(module).resolve("pom.xml"), "<project/>"));
            old(Files.writeString(tree.resolve(module).resolve("src/main/java/A.java"), "class A {}"));
        }
        old(Files.writeString(tree.resolve("pom.xml"), "<project/>"));
        program(tree.resolve("weir"), House.read(House.ROOT.resolve("weir")));
        Files.createDirectories(programs);
        for (String tool : TOOLS) {
            Path real = Files.exists(Path.of("/usr/bin", tool)) ? Path.of("/usr/bin", tool) : Path.of("/bin", tool);
            // Why: a script, since JUnit warns of links that lead out of its folder.
            program(programs.resolve(tool), "#!/bin/sh\nexec " + real + " \"$@\"\n");
        }
        program(programs.resolve("mvn"), TELLING_MAVEN);
        environment.put("PATH", programs.toString());
        environment.put("WEIR_JDK_DIRS", temporary.resolve("jdks").toString());
    }

    @Test
    void helpListsTheCommandsAndNeedsNoJdk() throws Exception {
        var run = weir("help");

        assertThat(run.exit()).isZero();
        assertThat(run.out())
                .contains(
                        "demo",
                        "run FILE",
                        "check FILE",
                        "init",
                        "install",
                        "bench [NAME]",
                        "faultproxy",
                        "test",
                        "fmt");
    }

    @Test
    void anUnknownCommandIsRefused() throws Exception {
        var run = weir("fly");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("unknown command: fly", "usage:");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void withoutAJdkItSaysWhatToInstall() throws Exception {
        jdk("17.0.1");
        environment.put("JAVA_HOME", temporary.resolve("jdks/jdk-17.0.1").toString());

        var run = weir("run", "x.yaml");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("no JDK 25 found", "Temurin 25", "JAVA_HOME");
    }

    @Test
    void withoutMavenItSaysWhatToInstall() throws Exception {
        jdk("25");
        Files.delete(programs.resolve("mvn"));

        var run = weir("run", "x.yaml");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("Maven 3.8 or newer is needed");
    }

    @Test
    void argumentsAndTheCallersFolderReachTheProgramAsTheyAre() throws Exception {
        jdk("25.0.1");
        Path folder = Files.createDirectories(temporary.toRealPath().resolve("else where"));
        Path link = Files.createSymbolicLink(folder.resolve("linked"), Path.of("../a tree/weir"));
        environment.put("WEIR_JAVA_OPTS", "-Xmx64m -Xlog:gc");

        var run = Run.of(folder, environment, List.of(link.toString(), "run", "my file.yaml", "*", ""));

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).contains("cwd " + folder + "\n");
        assertThat(run.out()).endsWith("""
                argument [-Xmx64m]
                argument [-Xlog:gc]
                argument [-p]
                argument [TREE/gateway/target/run/4294967295-0/weir-gateway-1.jar:TREE/gateway/target/run/4294967295-0/lib]
                argument [-m]
                argument [dev.weir.gateway/dev.weir.gateway.Main]
                argument [run]
                argument [my file.yaml]
                argument [*]
                argument []
                """.replace("TREE", tree.toString()));
    }

    @Test
    void itBuildsOnceAndAgainWhenASourceChangesOrGoes() throws Exception {
        jdk("25");

        assertThat(weir("init").err()).contains("building");
        assertThat(weir("init").err()).isEmpty();
        assertThat(builds()).isOne();

        Path source = tree.resolve("http/src/main/java/A.java");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
        assertThat(weir("init").exit()).isZero();
        assertThat(builds()).isEqualTo(2);
        old(source);
        assertThat(weir("init").err()).isEmpty();

        Files.delete(source);
        Files.setLastModifiedTime(
                source.getParent(), FileTime.from(Instant.now().plusSeconds(5)));
        assertThat(weir("init").exit()).isZero();
        assertThat(builds()).isEqualTo(3);
    }

    @Test
    void aBenchIsBuiltByItselfAndStartedBesideTheGateway() throws Exception {
        jdk("25");

        var run = weir("bench", "garbage", "--profile");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.err()).contains("building the bench");
        assertThat(run.out())
                .contains("argument [--add-modules]\nargument [dev.weir.gateway]\n")
                .endsWith("""
                argument [-cp]
                argument [TREE/bench/target/classes:TREE/bench/target/lib/*]
                argument [dev.weir.bench.Main]
                argument [garbage]
                argument [--profile]
                """.replace("TREE", tree.toString()));
        assertThat(weir("bench").err()).isEmpty();
        assertThat(weir("init").err()).contains("building the gateway");
    }

    @Test
    void installingTheProgramsOfABenchNeedsNoJdkAndBuildsNothing() throws Exception {
        program(tree.resolve("bench/install"), "#!/bin/sh\nprintf 'installing %s\\n' \"$#\"\n");

        var run = weir("bench", "--install");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).isEqualTo("installing 0\n");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void theFaultProxyIsBuiltAndStartedWithoutTheGateway() throws Exception {
        jdk("25");

        var run = weir("faultproxy", "--to", "a:1");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.err()).contains("building the testing");
        assertThat(run.out()).endsWith("""
                argument [-p]
                argument [TREE/testing/target/run/4294967295-0/weir-testing-1.jar:TREE/testing/target/run/4294967295-0/lib]
                argument [-m]
                argument [dev.weir.testing/dev.weir.testing.proxy.Main]
                argument [--to]
                argument [a:1]
                """.replace("TREE", tree.toString()));
        Path source = tree.resolve("gateway/src/main/java/A.java");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
        assertThat(weir("faultproxy").err()).isEmpty();
    }

    @Test
    void aBuildThatFailsSaysWhyAndStartsNothing() throws Exception {
        jdk("25");
        Files.createFile(tree.resolve("broken"));

        var run = weir("run", "x.yaml");

        assertThat(run.exit()).isOne();
        assertThat(run.err()).contains("A.java:[1,2] wrong", "the build failed").doesNotContain("stack trace");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void aCollectorInTheEnvironmentTakesThePlaceOfTheSimulatorsOwn() throws Exception {
        jdk("25");
        builtLaws();

        assertThat(weir("sim", "pool").out()).contains("argument [-XX:+UseParallelGC]");
        environment.put("JAVA_TOOL_OPTIONS", "-Dx=y -XX:+UseZGC");
        assertThat(weir("sim", "pool").out())
                .contains("options [-Dx=y -XX:+UseZGC]")
                .doesNotContain("UseParallelGC");
        environment.put("WEIR_JAVA_OPTS", "-XX:+UseSerialGC");
        for (String command : List.of("sim", "run", "planted")) {
            assertThat(weir(command, "pool").out())
                    .as(command)
                    .contains("options [-Dx=y ]", "argument [-XX:+UseSerialGC]")
                    .doesNotContain("UseParallelGC");
        }
    }

    @Test
    void anotherUserWhoMayNotWriteHereRunsWhatWasBuilt() throws Exception {
        jdk("25");
        assertThat(weir("build").exit()).isZero();

        var run = asOther("init");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("argument [" + tree + "/gateway/target/run/4294967295-0/weir-gateway-1.jar:");
    }

    @Test
    void withoutACopyAnotherUserRunsWhatWasBuiltItself() throws Exception {
        jdk("25");
        assertThat(weir("build").exit()).isZero();
        delete(tree.resolve("gateway/target/run"));

        var run = asOther("init");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).contains("argument [" + tree + "/gateway/target/weir-gateway-1.jar:");
    }

    @Test
    void aUserWhoMayNotBuildIsToldWhoMay() throws Exception {
        jdk("25");

        var run = asOther("init");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("was never built", tree.toString(), "run \"./weir build\" as ");
        assertThat(tree.resolve("built")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "HUP"})
    void endingABuildEndsMaven(String signal) throws Exception {
        jdk("25");
        Path told = tree.resolve("maven.pid");
        program(programs.resolve("mvn"), "#!/bin/sh\necho $$ >maven.new\nmv maven.new maven.pid\nexec /bin/sleep 50\n");
        var builder = new ProcessBuilder(tree.resolve("weir").toString(), "init")
                .redirectErrorStream(true)
                .redirectOutput(temporary.resolve("out").toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        while (!Files.exists(told)) {
            assertThat(process.waitFor(20, MILLISECONDS)).isFalse();
        }
        long maven = Long.parseLong(Files.readString(told).strip());

        Run.of(tree, List.of("/bin/kill", "-" + signal, String.valueOf(process.pid())));

        assertThat(process.waitFor(20, SECONDS)).isTrue();
        assertThat(process.exitValue()).isGreaterThan(128);
        assertThat(ProcessHandle.of(maven).filter(ProcessHandle::isAlive)).isEmpty();
        assertThat(Files.readString(temporary.resolve("out"))).contains("stopped while it was building the gateway");
    }

    /// Runs it as somebody who may read the tree and not write it.
    private Run asOther(String... arguments) throws Exception {
        var command = new ArrayList<String>();
        boolean isRoot = Files.isWritable(Path.of("/etc/passwd"));
        if (isRoot) {
            Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
            command.addAll(List.of("/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        } else {
            writable(false);
        }
        command.add(tree.resolve("weir").toString());
        command.addAll(List.of(arguments));
        try {
            return Run.of(Path.of("/"), environment, command);
        } finally {
            if (!isRoot) writable(true);
        }
    }

    private void writable(boolean is) throws IOException {
        try (var all = Files.walk(tree)) {
            for (Path one : all.filter(Files::isDirectory).toList()) {
                Files.setPosixFilePermissions(one, PosixFilePermissions.fromString(is ? "rwxr-xr-x" : "r-xr-xr-x"));
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var all = Files.walk(folder)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(one);
        }
    }

    private void builtLaws() throws IOException {
        Files.createDirectories(tree.resolve("laws/src/test/java"));
        Files.createDirectories(tree.resolve("laws/src/main/java"));
        old(Files.writeString(tree.resolve("laws/pom.xml"), "<project/>"));
        for (String module : List.of("core", "http", "gateway", "testing")) {
            Files.createDirectories(tree.resolve(module).resolve("src/test/java"));
        }
    }

    @Test
    void testsWithTheTagLongRunOnlyWhenAsked() throws Exception {
        jdk("25");
        program(programs.resolve("mvn"), "#!/bin/sh\necho \"mvn $*\"\n");

        assertThat(weir("test", "-Dx=y").out()).contains("-Dx=y verify").doesNotContain("-Plong");
        assertThat(weir("test", "--long", "-Dx=y").out()).contains("-Plong -Dx=y verify");
        assertThat(House.read(House.ROOT.resolve(".ci/run"))).contains("\n./weir test --long\n");
        assertThat(House.read(House.ROOT.resolve("pom.xml")))
                .contains("<weir.tests.excluded>long</weir.tests.excluded>");
    }

    @Test
    void theLastLinesOfATestSayWhatWasSkippedAndWhy() throws Exception {
        jdk("25");
        program(programs.resolve("mvn"), """
                #!/bin/sh
                mkdir -p laws/target/surefire-reports
                cat >laws/target/surefire-reports/TEST-a.XTest.xml <<'XML'
                <testcase name="ran" classname="a.XTest" time="0.1"/>
                <testcase name="curl &amp; wget" classname="a.XTest" time="0.1">
                  <skipped message="&quot;curl&quot; is not installed" type="x"><![CDATA[at a.b]]></skipped>
                </testcase>
                <testcase name="silent" classname="a.XTest" time="0.1">
                  <skipped/>
                </testcase>
                XML
                mkdir -p house/target
                echo '1 with file lines over 400' >house/target/sizes.txt
                echo 'one request enters 97 files' >laws/target/walk.txt
                [ ! -e broken ]
                """);
        Path old = Files.createDirectories(tree.resolve("core/target/surefire-reports"));
        old(Files.writeString(old.resolve("TEST-b.xml"), "<testcase name=\"c\" classname=\"b\"/><skipped/>"));
        old(tree.resolve("core/target/surefire-reports/TEST-b.xml"));

        var passed = weir("test");
        Files.createFile(tree.resolve("broken"));
        var failed = weir("test", "--long");

        assertThat(passed.exit()).isZero();
        assertThat(passed.err().lines().skip(1).toList())
                .startsWith(
                        "weir: left out: the tests that take minutes; ./weir test --long runs them",
                        "weir: skipped: a.XTest.curl & wget: \"curl\" is not installed",
                        "weir: skipped: a.XTest.silent: it does not say why",
                        "weir: walk: one request enters 97 files",
                        "weir: sizes: 1 with file lines over 400")
                .last()
                .asString()
                .startsWith("weir: every other test passed, in ");
        assertThat(failed.exit()).isEqualTo(1);
        assertThat(failed.err())
                .contains("skipped: a.XTest.silent", "failed, after")
                .doesNotContain("left out");
    }

    @Test
    void aGatewayWithoutHeapExitsWithStatusThree() throws Exception {
        jdk("25");
        for (String command : List.of("demo", "check", "init", "run")) {
            assertThat(options(weir(command, "x"))).as(command).contains("-XX:+ExitOnOutOfMemoryError");
        }
        var options = options(weir("run", "x.yaml"));

        var program = fullHeap(options);
        assertThat(program.exit()).as(program.err()).isEqualTo(3);
        assertThat(program.out()).doesNotContain("there was no memory");

        // Why: so that it is this option which ends it.
        options.remove("-XX:+ExitOnOutOfMemoryError");
        assertThat(fullHeap(options).exit()).isZero();
    }

    /// What a JVM was given in front of the path of its modules.
    private static List<String> options(Run run) {
        var options = new ArrayList<String>();
        for (String line : run.out().lines().toList()) {
            if (line.equals("argument [-p]")) return options;
            if (line.startsWith("argument [")) options.add(line.substring(10, line.length() - 1));
        }
        throw new AssertionError("no path of modules: " + run.out() + run.err());
    }

    /// A program that takes all memory, in a JVM with these options.
    private Run fullHeap(List<String> options) throws IOException, InterruptedException {
        var command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(options);
        command.addAll(List.of(
                "-Xmx16m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                FullHeap.class.getName()));
        return Run.of(temporary, environment, command);
    }

    private Run weir(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(tree.resolve("weir").toString()));
        command.addAll(List.of(arguments));
        return Run.of(temporary, environment, command);
    }

    private void jdk(String version) throws IOException {
        Path home = temporary.resolve("jdks/jdk-" + version);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        program(home.resolve("bin/java"), TELLING_JAVA);
        program(home.resolve("bin/javac"), TELLING_JAVA);
    }

    private long builds() throws IOException {
        return Files.readAllLines(tree.resolve("built")).size();
    }

    private static void program(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void old(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
    }
}
