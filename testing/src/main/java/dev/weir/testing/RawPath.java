package dev.weir.testing;

import java.nio.ByteBuffer;

/// A byte path that never waits, and never throws because of its peer.
interface RawPath {
    /// What [#read] answers after an orderly end.
    int END = -1;

    /// What both answer when the path was reset.
    int BROKEN = -2;

    int read(ByteBuffer into);

    int write(ByteBuffer from);

    void endOutput();

    void reset();

    void close();
}
