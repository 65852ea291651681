package dev.weir.gateway.admin;

import dev.weir.connection.Connection;
import dev.weir.connection.ConnectionRole;
import dev.weir.connection.ConnectionState;
import dev.weir.connection.Roster;
import dev.weir.memory.block.BlockSize;
import dev.weir.transport.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;

/// One row of the connections page: copied on the connection's loop, written by another thread.
///
/// **Threads:** immutable.
///
/// @param heldBytes what blocks it holds, in bytes
record ConnectionRow(
        long id,
        ConnectionRole role,
        ConnectionState state,
        Endpoint peer,
        long openMillis,
        Moved moved,
        int heldBytes) {
    private static final long NANOS_PER_MILLI = 1_000_000;

    /// Bytes since it was opened.
    record Moved(long bytesIn, long bytesOut) {}

    /// The rows of all connections of one loop, oldest first; called on that loop.
    static List<ConnectionRow> of(Roster roster) {
        var rows = new ArrayList<ConnectionRow>(roster.live());
        long nowNanos = roster.loop().nowNanos();
        roster.forEach(connection -> rows.add(of(connection, nowNanos)));
        return rows;
    }

    private static ConnectionRow of(Connection connection, long nowNanos) {
        return new ConnectionRow(
                connection.id(),
                connection.role(),
                connection.state(),
                connection.peer(),
                (nowNanos - connection.openedNanos()) / NANOS_PER_MILLI,
                new Moved(connection.traffic().bytesIn(), connection.traffic().bytesOut()),
                connection.heldBytes());
    }

    void write(JsonGenerator json) {
        json.writeStartObject();
        json.writeNumberProperty("id", id);
        json.writeStringProperty("side", role.side().text());
        json.writeStringProperty("state", state.name().toLowerCase(Locale.ROOT));
        json.writeStringProperty("peer", peer.toString());
        if (role.upstream().isEmpty()) json.writeNullProperty("upstream");
        else json.writeStringProperty("upstream", role.upstream());
        json.writeNumberProperty("openMillis", openMillis);
        json.writeNumberProperty("bytesIn", moved.bytesIn());
        json.writeNumberProperty("bytesOut", moved.bytesOut());
        json.writeNumberProperty("buffersHeld", buffers(heldBytes));
        json.writeEndObject();
    }

    /// The number of blocks in `bytes`. Connections hold small and normal blocks, and never as many small ones
    /// as fill a normal one.
    static int buffers(int bytes) {
        return bytes / BlockSize.NORMAL.bytes() + bytes % BlockSize.NORMAL.bytes() / BlockSize.SMALL.bytes();
    }
}
