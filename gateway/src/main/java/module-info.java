/// The program: a reverse proxy and load balancer whose memory and connections are accounted for.
module dev.weir.gateway {
    requires dev.weir.http;
    requires info.picocli;
    requires jdk.management;
    // why: signals, by reflection
    requires jdk.unsupported;
    requires org.snakeyaml.engine;
    requires tools.jackson.core;
    requires static com.google.errorprone.annotations;
    requires static org.jspecify;

    exports dev.weir.gateway.spi;

    uses dev.weir.gateway.spi.RequestObserver;
}
