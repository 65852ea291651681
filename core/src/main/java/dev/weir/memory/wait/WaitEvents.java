package dev.weir.memory.wait;

import dev.weir.memory.block.Account;
import java.util.Locale;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/// What a flight recording contains about waits for memory. Without a recording nothing is allocated and one
/// flag is read for each wait.
///
/// The begin and grant events are off by default: under shortage there are thousands a second.
final class WaitEvents {
    // Why: used only to ask whether their kind is recorded; never committed.
    private static final Begun BEGUN = new Begun();
    private static final Granted GRANTED = new Granted();
    private static final GaveUp GAVE_UP = new GaveUp();

    private WaitEvents() {}

    static void begun(Waiter waiter) {
        if (!BEGUN.isEnabled()) return;
        var event = new Begun();
        event.tell(waiter);
        event.commit();
    }

    static void granted(Waiter waiter) {
        if (!GRANTED.isEnabled()) return;
        var event = new Granted();
        event.tell(waiter);
        event.waited = waiter.waitedNanos();
        event.commit();
    }

    static void gaveUp(Waiter waiter, CancelReason why) {
        if (!GAVE_UP.isEnabled()) return;
        var event = new GaveUp();
        event.tell(waiter);
        event.waited = waiter.waitedNanos();
        event.why = lower(why);
        event.commit();
    }

    private static String lower(Enum<?> one) {
        return one.name().toLowerCase(Locale.ROOT);
    }

    /// What waits, and for what.
    @Category({"Weir", "Memory"})
    @StackTrace(false)
    abstract static class Wait extends Event {
        @Label("Purpose")
        @Description("what the block is for")
        String purpose = "";

        @Label("Connection")
        @Description("the number of the connection it is for, as in /connections; 0 when it is for none")
        long connection;

        @Label("Place")
        @Description("side and place of that connection")
        String place = "";

        @Label("Urgency")
        String urgency = "";

        @Label("Size")
        @DataAmount
        long bytes;

        void tell(Waiter waiter) {
            purpose = waiter.owner;
            urgency = lower(waiter.urgency);
            bytes = waiter.size.bytes();
            Account account = waiter.account();
            if (account == null) return;
            connection = account.id();
            place = account.label();
        }
    }

    @Name("dev.weir.MemoryWaitBegun")
    @Label("Memory Wait Begun")
    @Enabled(false)
    static final class Begun extends Wait {}

    @Name("dev.weir.MemoryWaitGranted")
    @Label("Memory Wait Granted")
    @Enabled(false)
    static final class Granted extends Wait {
        @Label("Waited")
        @Timespan(Timespan.NANOSECONDS)
        long waited;
    }

    @Name("dev.weir.MemoryWaitGivenUp")
    @Label("Memory Wait Given Up")
    static final class GaveUp extends Wait {
        @Label("Waited")
        @Timespan(Timespan.NANOSECONDS)
        long waited;

        @Label("Why")
        String why = "";
    }
}
