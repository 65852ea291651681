/// A network, a clock and faults that obey a seed; the JUnit extension.
module dev.weir.testing {
    requires transitive dev.weir.core;
    requires static org.junit.jupiter.api;
    requires static org.jspecify;

    exports dev.weir.testing;
    exports dev.weir.testing.proxy;
    exports dev.weir.testing.sim;
    exports dev.weir.testing.sim.law;
    exports dev.weir.testing.sim.net;
    exports dev.weir.testing.sim.seed;
    exports dev.weir.testing.sim.turn;
}
