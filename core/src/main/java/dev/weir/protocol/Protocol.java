package dev.weir.protocol;

/// How two peers cut their bytes into messages, and how they know which reply belongs to which request.
/// [Frames] has those most peers use.
///
/// **Threads:** immutable; its decoders are not.
/// **Waits:** never waits.
public interface Protocol {
    /// A decoder at the beginning of a message, for one direction of one connection.
    Decoder decoder();

    /// What stands around a message that is written. It has no state, so that all connections share it.
    Encoder encoder();

    /// Where the id of a message stands.
    default Correlation correlation() {
        return Correlation.NONE;
    }

    /// The longest body, in bytes.
    int bodyBytesMax();
}
