package dev.weir.transport;

import dev.weir.ledger.Ledger;
import dev.weir.time.Clock;

/// A kind of network that a runtime can use, found by `java.util.ServiceLoader`: a jar that contains one names its
/// class in `module-info` (`provides`) and, for class paths, in `META-INF/services`.
///
/// **Threads:** thread-safe.
public interface NetworkService {
    /// Its name in settings, such as `tcp`; it must be unique on the path.
    String name();

    /// Opens a network for one runtime.
    ///
    /// @param clock the runtime's clock
    /// @param ledger the ledger that every socket of the network is entered in
    Network open(Clock clock, Ledger ledger);
}
