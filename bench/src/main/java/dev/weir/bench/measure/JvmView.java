package dev.weir.bench.measure;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.PlatformManagedObject;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/// The counters of another JVM, asked from outside, so that every contender is asked alike. It starts threads there:
/// timed rounds come before it.
///
/// **Owns:** the connection, until [#close].
public final class JvmView implements AutoCloseable {
    private static final int COLLECTIONS_BEFORE_A_LOOK = 3;

    private final JMXConnector connector;
    private final MBeanServerConnection connection;

    private JvmView(JMXConnector connector) throws IOException {
        this.connector = connector;
        this.connection = connector.getMBeanServerConnection();
    }

    /// Looks into a running contender.
    ///
    /// @throws IOException when it does not let itself be asked
    // Why: the address is that of a process which this bench has started, and comes from the kernel's own socket.
    @SuppressWarnings("BanJNDI")
    public static JvmView of(Running running) throws IOException {
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(running.pid()));
            try {
                var address = new JMXServiceURL(machine.startLocalManagementAgent());
                return new JvmView(JMXConnectorFactory.connect(address));
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException refused) {
            throw new IOException(running.contender().name() + " cannot be asked", refused);
        }
    }

    /// Bytes that all threads have allocated since the start.
    long allocatedBytes() throws IOException {
        return bean(ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class).getTotalThreadAllocatedBytes();
    }

    /// Collections of the young generation since the start.
    long youngCollections() throws IOException {
        long sum = 0;
        for (var collector : ManagementFactory.getPlatformMXBeans(connection, GarbageCollectorMXBean.class)) {
            String name = collector.getName();
            if (name.equals("Copy") || name.contains("Young")) sum += collector.getCollectionCount();
        }
        return sum;
    }

    /// Bytes of the heap in use after collections.
    public long heapBytes() throws IOException {
        var memory = bean(ManagementFactory.MEMORY_MXBEAN_NAME, MemoryMXBean.class);
        for (int i = 0; i < COLLECTIONS_BEFORE_A_LOOK; i++) memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }

    private <B extends PlatformManagedObject> B bean(String name, Class<B> type) throws IOException {
        return ManagementFactory.newPlatformMXBeanProxy(connection, name, type);
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
