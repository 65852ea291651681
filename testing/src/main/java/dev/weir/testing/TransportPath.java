package dev.weir.testing;

import dev.weir.transport.Transport;
import java.nio.ByteBuffer;

/// A raw path over a transport that no loop watches.
record TransportPath(Transport transport) implements RawPath {
    @Override
    public int read(ByteBuffer into) {
        return transport.read(into);
    }

    @Override
    public int write(ByteBuffer from) {
        return transport.write(from);
    }

    @Override
    public void endOutput() {
        transport.shutdownOutput();
    }

    @Override
    public void reset() {
        transport.abort();
    }

    @Override
    public void close() {
        transport.close();
    }
}
