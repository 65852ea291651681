package dev.weir.bench;

import dev.weir.bench.measure.Contender;
import dev.weir.bench.measure.Options;
import dev.weir.bench.measure.Page;
import dev.weir.bench.measure.Running;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// How many clients get an answer that comes while they still upload: through our gateway, through others, and from
/// the origin itself.
final class UploadsBench implements Bench {
    private static final int ROUNDS = 2;
    private static final int SECONDS = 1;
    private static final String DIRECT = "direct";
    private static final Contender NGINX = Programs.nginx("nginx", "nginx-proxy-uploads.conf");
    private static final List<Contender> PROXIES = List.of(Proxies.WEIR, Proxies.HAPROXY, NGINX);
    private static final long[] RATES = {0, 10_000_000, 2_000_000};

    private final Map<String, Map<String, Integer>> byClient = new LinkedHashMap<>();
    private final Map<String, Map<String, Integer>> byKind = new LinkedHashMap<>();
    private final Map<String, Integer> sums = new LinkedHashMap<>();
    private int uploads;

    @Override
    public String name() {
        return "uploads";
    }

    @Override
    public String purpose() {
        return "answers that come while a client still uploads: how many are delivered [--rounds N]";
    }

    @Override
    public boolean run(List<String> words) throws Exception {
        Options options = Options.read(words, ROUNDS, SECONDS);
        List<UploadClient> clients = UploadClient.installed();
        Path file = Files.createTempFile("weir-bench-upload", ".bin");
        try (var origin = RejectingOrigin.open()) {
            byte[] body = new byte[UploadClient.BYTES];
            Arrays.fill(body, (byte) 'x');
            Files.write(file, body);
            upload(options, clients, origin, file);
        } finally {
            Files.deleteIfExists(file);
        }
        page(options, clients).keep(BenchFolders.result(name(), options.isDefault(ROUNDS, SECONDS)));
        return sums.getOrDefault(Proxies.WEIR.name(), 0) >= sums.getOrDefault(Proxies.HAPROXY.name(), 0);
    }

    private void upload(Options options, List<UploadClient> clients, RejectingOrigin origin, Path file)
            throws Exception {
        var ports = new LinkedHashMap<String, Integer>();
        var running = new ArrayList<Running>();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            ports.put(DIRECT, origin.port());
            for (Contender proxy : PROXIES) {
                Running one = Running.startOnBoth(proxy, origin.port());
                running.add(one);
                ports.put(proxy.name(), one.port());
            }
            for (int round = 0; round < options.rounds(); round++) {
                for (UploadClient client : clients) {
                    for (RejectingOrigin.Kind kind : RejectingOrigin.Kind.values()) {
                        for (long rate : RATES) takeTurns(executor::submit, ports, client, kind, rate, file);
                    }
                }
            }
        } finally {
            for (Running one : running) one.close();
        }
    }

    /// Hands a call to another thread.
    private interface Submitting {
        Future<Boolean> submit(Callable<Boolean> call);
    }

    /// All ways at once, so that what else the machine does is the same for each.
    private void takeTurns(
            Submitting executor,
            Map<String, Integer> ports,
            UploadClient client,
            RejectingOrigin.Kind kind,
            long rate,
            Path file)
            throws Exception {
        var answers = new LinkedHashMap<String, Future<Boolean>>();
        for (var way : ports.entrySet()) {
            URI to = URI.create("http://127.0.0.1:" + way.getValue() + kind.path());
            answers.put(way.getKey(), executor.submit(() -> isAnswered(client, to, file, rate)));
        }
        uploads++;
        for (var answer : answers.entrySet()) {
            int one = answer.getValue().get() ? 1 : 0;
            sums.merge(answer.getKey(), one, Integer::sum);
            byClient.computeIfAbsent(client.name(), name -> new LinkedHashMap<>())
                    .merge(answer.getKey(), one, Integer::sum);
            byKind.computeIfAbsent(kind.words(), name -> new LinkedHashMap<>())
                    .merge(answer.getKey(), one, Integer::sum);
        }
    }

    private static boolean isAnswered(UploadClient client, URI to, Path file, long rate) throws InterruptedException {
        try {
            return client.upload().isAnswered(to, file, rate);
        } catch (IOException broken) {
            return false; // a broken pipe, a reset or a time-out: what is counted here
        }
    }

    private Page page(Options options, List<UploadClient> clients) throws IOException {
        var page = Page.begin(
                "Answers to uploads",
                "./weir bench uploads",
                "Each client program uploads 5 MB to an origin that answers 413 before it has them, as fast as it can, at 10 MB/s and at 2 MB/s (wget has no limit and is as fast as it can each time); "
                        + options.rounds()
                        + " rounds, all ways at the same time. Counted is how often the client program got the status. nginx with `proxy_request_buffering off`.");
        var versions = new ArrayList<String>();
        for (Contender proxy : PROXIES) versions.add(proxy.version().told());
        page.list(versions);
        var heads = new ArrayList<>(List.of("delivered", "of"));
        heads.addAll(sums.keySet());
        var all = new ArrayList<List<String>>();
        all.add(row("all", uploads, sums));
        int each = uploads / clients.size();
        for (var client : byClient.entrySet()) all.add(row(client.getKey(), each, client.getValue()));
        page.part("By client");
        page.table(heads, all);
        page.part("By what the origin does");
        int ofKind = uploads / RejectingOrigin.Kind.values().length;
        page.table(
                heads,
                byKind.entrySet().stream()
                        .map(kind -> row(kind.getKey(), ofKind, kind.getValue()))
                        .toList());
        return page;
    }

    private static List<String> row(String name, int of, Map<String, Integer> counts) {
        var row = new ArrayList<>(List.of(name, String.valueOf(of)));
        counts.values().forEach(count -> row.add(String.valueOf(count)));
        return row;
    }
}
