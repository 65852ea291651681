package dev.weir.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Proves that a connection's role has the same fields and text.
final class ConnectionRoleTest {
    @Test
    void textIsSideNameAndOrigin() {
        assertThat(ConnectionRole.downstream("127.0.0.1:8080")).hasToString("downstream 127.0.0.1:8080");
        assertThat(ConnectionRole.refused("http")).hasToString("refused http");
        assertThat(ConnectionRole.upstream("web", "127.0.0.1:9001")).hasToString("upstream web 127.0.0.1:9001");
        assertThat(ConnectionRole.other("echo")).hasToString("echo");
    }

    @Test
    void onlyUpstreamConnectionsHaveAnUpstreamName() {
        assertThat(ConnectionRole.upstream("web", "127.0.0.1:9001").upstream()).isEqualTo("web");
        assertThat(ConnectionRole.downstream("http").upstream()).isEmpty();
        assertThat(ConnectionRole.refused("http").upstream()).isEmpty();
        assertThat(ConnectionRole.other("echo").upstream()).isEmpty();
    }
}
