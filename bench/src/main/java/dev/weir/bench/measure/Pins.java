package dev.weir.bench.measure;

/// Which core runs what: with server and load on one core, the scheduler would be measured.
public final class Pins {
    /// The core of the server or proxy.
    static final String SERVER = "0";
    /// The core of the load, and of the origin behind a proxy.
    public static final String LOAD = "1";
    /// Where there is no load to keep apart.
    static final String BOTH = SERVER + "," + LOAD;

    private Pins() {}
}
