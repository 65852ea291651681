package dev.weir.gateway.forward;

import dev.weir.gateway.config.Route;
import dev.weir.gateway.config.Upstream;
import dev.weir.http.codec.HeadLimits;
import dev.weir.http.server.ServerSettings;
import dev.weir.testing.Scene;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/// How the gateway of one test is made.
///
/// @param origins how many
/// @param blocks normal blocks of memory
/// @param reserve how many of them are the reserve
/// @param pipeBytes what one direction of an in-memory connection holds
/// @param upstream what else differs of the upstream
/// @param server what else differs of the server
/// @param gather how long a body is gathered before its request asks for a connection; nothing, so that tests
///     about other things see every byte arrive at once
record Setup(
        int origins,
        int loops,
        int blocks,
        int reserve,
        int pipeBytes,
        Upstream.Pool pool,
        Upstream.Retry retry,
        List<Route> routes,
        HeadLimits limits,
        Duration gather,
        Upstream.Reuse reuse,
        Upstream.Abandon abandon,
        UnaryOperator<Upstream> upstream,
        UnaryOperator<ServerSettings> server) {
    static final Duration HEADER = Duration.ofSeconds(10);
    static final Duration IDLE = Duration.ofSeconds(60);
    static final Duration BODY_STALL = Duration.ofSeconds(30);
    static final Duration RESPONSE = Duration.ofSeconds(20);

    static final Setup ONE_ORIGIN = new Setup(
            1,
            1,
            64,
            8,
            64 * 1024,
            Upstream.Pool.DEFAULT,
            Upstream.Retry.SAFE,
            List.of(new Route("", "/", "web")),
            HeadLimits.DEFAULT,
            Duration.ZERO,
            Upstream.Reuse.SAFE,
            Upstream.Abandon.WHEN_NEEDED,
            UnaryOperator.identity(),
            UnaryOperator.identity());

    /// What its server is opened with, but for the limits of heads.
    static ServerSettings at(String name) {
        return ServerSettings.at(Scene.ANY_PORT)
                .withName(name)
                .withConnectionsMax(10_000)
                .withHeaderTimeout(HEADER)
                .withIdleTimeout(IDLE)
                .withBodyTimeout(BODY_STALL)
                // Why: these tests are about other times; what is too slow has tests of its own.
                .withMinRate(0)
                .withRequestTimeout(Duration.ofHours(1))
                .withAnswerTimeout(Duration.ZERO);
    }

    Setup withOrigins(int count) {
        return new Setup(
                count, loops, blocks, reserve, pipeBytes, pool, retry, routes, limits, gather, reuse, abandon, upstream,
                server);
    }

    Setup withBlocks(int count, int kept) {
        return new Setup(
                origins, loops, count, kept, pipeBytes, pool, retry, routes, limits, gather, reuse, abandon, upstream,
                server);
    }

    Setup withPipeBytes(int bytes) {
        return new Setup(
                origins, loops, blocks, reserve, bytes, pool, retry, routes, limits, gather, reuse, abandon, upstream,
                server);
    }

    Setup withPool(int connections, int waiting) {
        var other = new Upstream.Pool(connections, waiting, pool.acquire(), pool.idle());
        return new Setup(
                origins, loops, blocks, reserve, pipeBytes, other, retry, routes, limits, gather, reuse, abandon,
                upstream, server);
    }

    Setup withoutRetry() {
        return new Setup(
                origins,
                loops,
                blocks,
                reserve,
                pipeBytes,
                pool,
                Upstream.Retry.NEVER,
                routes,
                limits,
                gather,
                reuse,
                abandon,
                upstream,
                server);
    }

    Setup withRoutes(Route... others) {
        return new Setup(
                origins,
                loops,
                blocks,
                reserve,
                pipeBytes,
                pool,
                retry,
                List.of(others),
                limits,
                gather,
                reuse,
                abandon,
                upstream,
                server);
    }

    Setup withGather(Duration time) {
        return new Setup(
                origins, loops, blocks, reserve, pipeBytes, pool, retry, routes, limits, time, reuse, abandon, upstream,
                server);
    }

    Setup withLimits(HeadLimits others) {
        return new Setup(
                origins, loops, blocks, reserve, pipeBytes, pool, retry, routes, others, gather, reuse, abandon,
                upstream, server);
    }

    Setup withLoops(int count) {
        return new Setup(
                origins, count, blocks, reserve, pipeBytes, pool, retry, routes, limits, gather, reuse, abandon,
                upstream, server);
    }

    Setup withReuse(Upstream.Reuse other) {
        return new Setup(
                origins, loops, blocks, reserve, pipeBytes, pool, retry, routes, limits, gather, other, abandon,
                upstream, server);
    }

    Setup withAbandon(Upstream.Abandon other) {
        return new Setup(
                origins, loops, blocks, reserve, pipeBytes, pool, retry, routes, limits, gather, reuse, other, upstream,
                server);
    }

    Setup withWhenAllDown(Upstream.WhenAllDown other) {
        return withUpstream(one -> one.withWhenAllDown(other));
    }

    /// With an upstream of which something else differs.
    Setup withUpstream(UnaryOperator<Upstream> change) {
        return new Setup(
                origins, loops, blocks, reserve, pipeBytes, pool, retry, routes, limits, gather, reuse, abandon, change,
                server);
    }

    /// With a server of which something else differs.
    Setup withServer(UnaryOperator<ServerSettings> change) {
        return new Setup(
                origins, loops, blocks, reserve, pipeBytes, pool, retry, routes, limits, gather, reuse, abandon,
                upstream, change);
    }
}
