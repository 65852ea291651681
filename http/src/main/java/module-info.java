/// HTTP messages, codecs, server, client.
module dev.weir.http {
    requires transitive dev.weir.core;
    requires static org.jspecify;
    requires static com.google.errorprone.annotations;

    exports dev.weir.http.blocking;
    exports dev.weir.http.client;
    exports dev.weir.http.codec;
    exports dev.weir.http.flow;
    exports dev.weir.http.server;
}
