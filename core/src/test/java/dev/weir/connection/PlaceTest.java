package dev.weir.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Proves that a connection's place says the same in fields and in words.
final class PlaceTest {
    @Test
    void itsWordsAreSideNameAndOrigin() {
        assertThat(Place.downstream("127.0.0.1:8080")).hasToString("downstream 127.0.0.1:8080");
        assertThat(Place.refused("http")).hasToString("refused http");
        assertThat(Place.upstream("web", "127.0.0.1:9001")).hasToString("upstream web 127.0.0.1:9001");
        assertThat(Place.other("echo")).hasToString("echo");
    }

    @Test
    void onlyTheOriginsSideHasAnUpstream() {
        assertThat(Place.upstream("web", "127.0.0.1:9001").upstream()).isEqualTo("web");
        assertThat(Place.downstream("http").upstream()).isEmpty();
        assertThat(Place.refused("http").upstream()).isEmpty();
        assertThat(Place.other("echo").upstream()).isEmpty();
    }
}
