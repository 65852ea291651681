package dev.weir.laws.pool;

import dev.weir.connection.CloseReason;
import dev.weir.laws.play.Client;
import dev.weir.loop.EventLoop;
import dev.weir.loop.Mailbox;
import dev.weir.pool.Origin;
import dev.weir.pool.Refusal;
import dev.weir.pool.exclusive.ConnectionCache;
import dev.weir.pool.exclusive.Lease;
import dev.weir.pool.exclusive.PoolEntry;
import dev.weir.testing.sim.World;
import dev.weir.testing.sim.law.ExchangeBook;
import dev.weir.testing.sim.seed.Fault;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes one exchange after another: borrows a connection, sends a request, reads its own reply, gives back; or
/// gives up.
final class Caller extends Lease implements Client {
    static final int FILLER_MAX = 3000;
    private static final long PATIENCE_NANOS = 3_000_000_000L;

    private final World world;
    private final ConnectionCache cache;
    private final EventLoop home;
    private final Mailbox.Node beginning = new Mailbox.Node(this::borrow);
    private final Mailbox.Node givingUp = new Mailbox.Node(this::giveUp);
    private ExchangeBook.@Nullable Page page;
    private @Nullable PoolEntry entry;
    private int filler;
    private boolean sent;
    private boolean stopped;
    private boolean asked;
    private boolean isPinned;

    Caller(World world, ConnectionCache cache, EventLoop loop) {
        super(loop);
        this.world = world;
        this.cache = cache;
        this.home = loop;
    }

    @Override
    public boolean isPending() {
        return page != null || asked;
    }

    /// Whether it may wait for an origin of its own choice in `pool`.
    boolean isPinnedIn(ConnectionCache pool) {
        return cache == pool && isPinned && isPending();
    }

    @Override
    public void begin() {
        asked = true;
        if (!home.post(beginning)) throw world.broken("threads", "a loop that was not closed takes no posts");
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public int act() {
        if (world.faults().isHealed()) return 0;
        if (!isPending()) {
            if (stopped) return 0;
            begin();
            return 1;
        }
        // Why: on its loop, as a product's timer or a client's end would do it.
        return world.faults().strikes(Fault.GIVING_UP, 4) && home.post(givingUp) ? 1 : 0;
    }

    private void borrow() {
        asked = false;
        page = world.exchanges().begin(1);
        filler = world.chance().below(4) == 0
                ? world.chance().below(FILLER_MAX)
                : world.chance().below(20);
        sent = false;
        if (world.chance().below(8) == 0) wantFresh();
        List<Origin> origins = cache.origins();
        isPinned = world.chance().below(8) == 0;
        pinTo(isPinned ? origins.get(world.chance().below(origins.size())) : null);
        cache.borrow(this);
    }

    private void giveUp() {
        if (page == null) return;
        end(ExchangeBook.Outcome.GIVEN_UP);
        if (entry == null) cancel();
        else leave(false);
        // Why: a cancelled lease waits for nothing, whatever was under way to it.
        if (!isFree()) throw world.broken("I-3", "a cancelled lease is not free");
    }

    @Override
    protected void borrowed(PoolEntry lent, boolean reused) {
        if (page == null) throw world.broken("I-3", "a connection was lent to a cancelled lease");
        entry = lent;
        CallerSide side = side(lent);
        side.setCaller(this, reused);
        lent.connection().deadline(home.nowNanos() + PATIENCE_NANOS);
        if (lent.connection().loop() != home) throw world.broken("threads", "a connection of another loop was lent");
        writes();
    }

    /// Sends the request when there is room.
    void writes() {
        PoolEntry mine = entry;
        ExchangeBook.Page own = page;
        if (mine == null || own == null || sent) return;
        ByteBuffer out = mine.connection().output().scratch(TokenFrames.bytes(filler));
        if (out == null) return;
        TokenFrames.put(out, own.token(), filler);
        sent = true;
    }

    @Override
    protected void refused(Refusal refusal) {
        if (page == null) throw world.broken("I-3", "a cancelled lease was refused");
        if (entry != null) throw world.broken("I-3", "a lease that has a connection was refused");
        end(ExchangeBook.Outcome.REFUSED);
    }

    /// A whole reply.
    void replied(long token, long tail) {
        ExchangeBook.Page mine = page;
        if (mine == null || !sent) throw world.broken("I-7", "a reply arrived without a request");
        // Why: nobody can tell it from an early answer, but for the token.
        if (token == EchoOriginSession.STRAY) {
            brokeOff(CloseReason.BROKEN);
            return;
        }
        page = null;
        world.exchanges().reply(mine, token);
        if (tail != token) throw world.broken("I-7", "a reply ends with the token of another");
        leave(true);
    }

    /// The connection has ended or is about to.
    void brokeOff(CloseReason reason) {
        world.trace().note("broke off", reason.ordinal(), 0);
        end(ExchangeBook.Outcome.BROKEN);
        leave(false);
    }

    void tookTooLong() {
        brokeOff(CloseReason.TIMED_OUT);
    }

    private void leave(boolean whole) {
        PoolEntry mine = entry;
        if (mine == null) throw world.broken("I-5", "a lease ended twice");
        entry = null;
        side(mine).clearCaller();
        if (whole) giveBack();
        else discard();
    }

    private void end(ExchangeBook.Outcome outcome) {
        ExchangeBook.Page ended = page;
        page = null;
        if (ended != null) world.exchanges().end(ended, outcome);
    }

    private static CallerSide side(PoolEntry entry) {
        return (CallerSide) entry.conversation();
    }

    @Override
    public String toString() {
        return "a caller that got " + why();
    }
}
