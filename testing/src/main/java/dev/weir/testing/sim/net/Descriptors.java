package dev.weir.testing.sim.net;

import dev.weir.ledger.Entry;
import dev.weir.ledger.Kind;
import dev.weir.ledger.Ledger;
import dev.weir.transport.Endpoint;
import java.util.Arrays;

/// Counts the descriptors of Weir independently of the ledger: from their opening until their poller has settled.
///
/// **Threads:** confined to its world.
final class Descriptors {
    private final Ledger ledger;
    private final int firstPort;
    private int[] live = new int[64];
    private int[] most = new int[64];
    private int liveTotal;

    /// @param firstPort the lowest port of those that are counted one by one
    Descriptors(Ledger ledger, int firstPort) {
        this.ledger = ledger;
        this.firstPort = firstPort;
    }

    /// Counts one more descriptor, connected to `peer`.
    Entry opened(Endpoint peer) {
        Entry entry = ledger.open(Kind.SOCKET, peer);
        count(peer.port(), 1);
        return entry;
    }

    /// A descriptor is free again.
    void freed(Endpoint peer) {
        count(peer.port(), -1);
    }

    private void count(int port, int change) {
        liveTotal += change;
        int at = port - firstPort;
        // Why: ports that a scenario chose itself are not counted one by one.
        if (at < 0) return;
        if (at >= live.length) {
            live = Arrays.copyOf(live, 2 * at);
            most = Arrays.copyOf(most, 2 * at);
        }
        live[at] += change;
        most[at] = Math.max(most[at], live[at]);
    }

    int live() {
        return liveTotal;
    }

    /// The most at once that led to `port`.
    int most(int port) {
        int at = port - firstPort;
        return at < most.length ? most[at] : 0;
    }
}
