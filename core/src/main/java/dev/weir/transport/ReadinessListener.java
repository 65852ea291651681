package dev.weir.transport;

/// Notified when a transport is ready.
///
/// **Threads:** confined to the loop the transport is attached to.
public interface ReadinessListener {
    /// Bytes, an end of stream or an error can be read, or output has room again. Spurious calls are possible.
    void ready(boolean readable, boolean writable);
}
