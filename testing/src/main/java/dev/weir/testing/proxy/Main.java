package dev.weir.testing.proxy;

import dev.weir.transport.TransportException;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// `./weir faultproxy`: a [FaultProxy] as a program, until a signal ends it.
///
/// **Threads:** confined to the main thread, but for the end.
public final class Main {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int REFUSED = 2;

    private Main() {}

    /// Runs the proxy that the arguments describe. Exits with 0 when all was closed, with 1 when it cannot
    /// listen or something was left open, with 2 when the arguments do not fit.
    public static void main(String[] arguments) throws InterruptedException {
        var all = List.of(arguments);
        if (all.contains("--help") || all.contains("-h")) {
            System.out.print(Arguments.USAGE);
            return;
        }
        try {
            ProxySettings settings = Arguments.read(all);
            FaultProxy proxy = FaultProxy.open(settings);
            // Why: by a hook, and it ends the JVM itself: a signal that was obeyed is no failure.
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(close(proxy, System.err))));
            System.err.println("ready: " + proxy.local() + " to " + settings.target());
            new CountDownLatch(1).await();
        } catch (Arguments.Refused refused) {
            tell(System.err, refused.getMessage() + "; ./weir faultproxy --help lists what there is");
            System.exit(REFUSED);
        } catch (TransportException refused) {
            tell(System.err, String.valueOf(refused.getMessage()));
            System.exit(FAILED);
        }
    }

    private static int close(FaultProxy proxy, PrintStream err) {
        int clients = proxy.clients();
        try {
            proxy.close();
        } catch (IllegalStateException left) {
            tell(err, String.valueOf(left.getMessage()));
            return FAILED;
        }
        tell(
                err,
                "closed, and " + clients + (clients == 1 ? " client" : " clients") + " with it; nothing is left open");
        return OK;
    }

    private static void tell(PrintStream err, String line) {
        err.println("weir: " + line);
    }
}
