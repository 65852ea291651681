/// Connections and buffers that are counted.
module dev.weir.core {
    requires jdk.jfr;
    requires jdk.net;
    requires static org.jspecify;
    requires static com.google.errorprone.annotations;

    exports dev.weir.time;
    exports dev.weir.ledger;
    exports dev.weir.memory.block;
    exports dev.weir.memory.wait;
    exports dev.weir.memory;
    exports dev.weir.loop;
    exports dev.weir.transport;
    exports dev.weir.transport.tcp;
    exports dev.weir.transport.inmemory;
    exports dev.weir.protocol;
    exports dev.weir.connection;
    exports dev.weir.flow;
    exports dev.weir.message;
    exports dev.weir.runtime;
    exports dev.weir.server;
    exports dev.weir.pool;
    exports dev.weir.pool.exclusive;

    uses dev.weir.transport.NetworkService;

    provides dev.weir.transport.NetworkService with
            dev.weir.transport.tcp.TcpService;
}
