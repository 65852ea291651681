package dev.weir.connection;

import dev.weir.loop.EventLoop;
import dev.weir.loop.Mailbox;
import dev.weir.transport.Endpoint;
import dev.weir.transport.ReadinessListener;
import dev.weir.transport.Transport;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A toy transport around a transport: both ends first say which protocol they speak, a line each, then speak
/// in records of a length byte and that many masked bytes. It keeps what it has read and not yet handed on, as
/// TLS does.
public final class ToyRecords implements Transport {
    static final byte MASK = 0x55;
    private static final int RECORD_MAX = 200;

    private final Transport inner;
    private final ByteBuffer kept = ByteBuffer.allocateDirect(1_000).limit(0);
    private final ByteBuffer unsent = ByteBuffer.allocateDirect(1_000).limit(0);
    private final Mailbox.Node telling = new Mailbox.Node(this::tell);
    private @Nullable EventLoop loop;
    private @Nullable ReadinessListener told;
    private Handshake handshake = Handshake.UNDER_WAY;
    private String protocol = "";
    private boolean greeted;
    private boolean wantsInput;
    private boolean wantsOutput;
    private boolean posted;
    private boolean closed;
    private int ended; // END or BROKEN once the inner path said so

    public ToyRecords(Transport inner) {
        this.inner = inner;
    }

    @Override
    public void attach(EventLoop newLoop, ReadinessListener readiness) {
        loop = newLoop;
        told = readiness;
        inner.attach(newLoop, this::ready);
        inner.interest(true, false);
    }

    private void ready(boolean readable, boolean writable) {
        ReadinessListener to = told;
        if (to == null) return;
        if (handshake == Handshake.DONE && writable && !flush()) return;
        to.ready(readable, writable);
    }

    @Override
    public Handshake handshake() {
        if (handshake != Handshake.UNDER_WAY) return handshake;
        if (!greeted) {
            greeted = true;
            write("I speak toy\n".getBytes(StandardCharsets.US_ASCII));
        }
        fill();
        int line = 0;
        while (line < kept.remaining() && kept.get(kept.position() + line) != '\n') line++;
        if (line < kept.remaining()) {
            var said = new byte[line];
            kept.get(said).get();
            String greeting = new String(said, StandardCharsets.US_ASCII);
            boolean agreed = greeting.startsWith("I speak ");
            if (agreed) protocol = greeting.substring("I speak ".length());
            handshake = agreed ? Handshake.DONE : Handshake.FAILED;
        } else if (ended != 0) {
            handshake = Handshake.FAILED;
        }
        return handshake;
    }

    private void write(byte[] plain) {
        unsent.compact().put(plain).flip();
        flush();
    }

    @Override
    public String protocol() {
        return protocol;
    }

    private void fill() {
        if (ended != 0) return;
        kept.compact();
        int count = inner.read(kept);
        kept.flip();
        if (count < 0) ended = count;
    }

    private boolean hasRecord() {
        return kept.hasRemaining() && kept.remaining() > Byte.toUnsignedInt(kept.get(kept.position()));
    }

    @Override
    public int read(ByteBuffer block) {
        if (!hasRecord()) fill();
        if (!hasRecord()) return ended;
        int count = Byte.toUnsignedInt(kept.get());
        for (int i = 0; i < count; i++) block.put((byte) (kept.get() ^ MASK));
        tellSoon();
        return count;
    }

    @Override
    public boolean mayHaveMore() {
        return hasRecord();
    }

    private void tellSoon() {
        EventLoop here = loop;
        if (here == null || posted || closed || !wantsInput || !hasRecord()) return;
        posted = here.post(telling);
    }

    private void tell() {
        posted = false;
        ReadinessListener to = told;
        if (to == null || closed || !wantsInput || !hasRecord()) return;
        to.ready(true, false);
        tellSoon();
    }

    @Override
    public int write(ByteBuffer block) {
        EventLoop here = loop;
        if (here == null) throw new IllegalStateException("attached to no loop");
        if (!flush()) return 0;
        int count = Math.min(block.remaining(), RECORD_MAX);
        ByteBuffer record = here.wrapScratch().clear().put((byte) count);
        for (int i = 0; i < count; i++) record.put((byte) (block.get() ^ MASK));
        unsent.compact().put(record.flip()).flip();
        flush();
        return count;
    }

    /// Whether everything has left.
    private boolean flush() {
        inner.write(unsent);
        boolean left = !unsent.hasRemaining();
        inner.interest(handshake == Handshake.UNDER_WAY || wantsInput, wantsOutput || !left);
        return left;
    }

    @Override
    public void interest(boolean read, boolean write) {
        wantsInput = read;
        wantsOutput = write;
        inner.interest(read, write || unsent.hasRemaining());
        tellSoon();
    }

    @Override
    public void detach(Runnable left) {
        inner.detach(left);
    }

    @Override
    public boolean hasPendingReadiness() {
        return hasRecord() || inner.hasPendingReadiness();
    }

    @Override
    public void shutdownOutput() {
        inner.shutdownOutput();
    }

    @Override
    public void close() {
        closed = true;
        inner.close();
    }

    @Override
    public void abort() {
        closed = true;
        inner.abort();
    }

    @Override
    public Endpoint peer() {
        return inner.peer();
    }

    @Override
    public Endpoint local() {
        return inner.local();
    }
}
