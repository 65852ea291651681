package dev.weir.bench.measure;

/// One contender under one workload for a few seconds.
///
/// @param load what wrk saw
/// @param used CPU seconds of the contender meanwhile, and its resident memory at the end
/// @param loadShare of one core that wrk took, 1 when it was the limit
/// @param othersShare of one core that all other processes took
record Round(Wrk.Outcome load, Usage used, double loadShare, double othersShare) {
    /// Above this share of a core taken by others, a round is thrown away.
    static final double OTHERS_MAX = 0.06;

    private static final double MICROS = 1e6;

    boolean isDisturbed() {
        return othersShare > OTHERS_MAX;
    }

    /// CPU microseconds for each request.
    double cpu() {
        return user() + system();
    }

    double user() {
        return used.user() * MICROS / load.requests();
    }

    double system() {
        return used.system() * MICROS / load.requests();
    }

    double rate() {
        return load.requests() / load.seconds();
    }
}
