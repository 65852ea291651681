package dev.weir.transport;

/// Who is told that a transport can go on.
///
/// **Threads:** confined to the loop the transport is attached to.
public interface ReadinessListener {
    /// Bytes, an end of stream or an error can be read, or output has room again. May be told in vain.
    void ready(boolean readable, boolean writable);
}
