package dev.weir.transport;

import dev.weir.ledger.Ledger;
import dev.weir.time.Clock;

/// A kind of network that a runtime can be opened over, found by `java.util.ServiceLoader`: a jar that brings
/// one names its class in `module-info` (`provides`) and, for class paths, in `META-INF/services`.
///
/// **Threads:** thread-safe.
public interface NetworkService {
    /// What settings call it, such as `tcp`; no other on the path is called the same.
    String name();

    /// A network for one runtime.
    ///
    /// @param clock the runtime's time
    /// @param ledger the book that every socket of the network is written in
    Network open(Clock clock, Ledger ledger);
}
