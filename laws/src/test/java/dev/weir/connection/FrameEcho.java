package dev.weir.connection;

import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import dev.weir.protocol.LengthFrame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Sends each frame back, streamed through one block and never assembled.
final class FrameEcho implements Conversation {
    static final String TOO_LARGE = "too large";

    private static final byte[] TOO_LARGE_BYTES = TOO_LARGE.getBytes(StandardCharsets.ISO_8859_1);

    private final Connection connection;
    private final LengthFrame frame;
    private @Nullable Buffer block;
    private boolean prefixDue;
    private int bodyLeft;
    int frames;
    int heldMax;

    FrameEcho(Connection connection, int bodyBytesMax) {
        this.connection = connection;
        this.frame = new LengthFrame(bodyBytesMax);
    }

    @Override
    public void readable() {
        if (block != null) return;
        var loop = connection.loop();
        Buffer fresh = loop.pool().tryAcquire(BlockSize.NORMAL, Urgency.INTAKE, loop.index(), "frame echo");
        if (fresh == null) return;
        block = fresh;
        int count = connection.read(fresh.bytes());
        if (count > 0) {
            fresh.bytes().flip();
            heldMax = Math.max(heldMax, fresh.capacity());
            pump();
            return;
        }
        giveBack();
        if (count < -1) connection.close(CloseReason.RESET);
        else if (count < 0) connection.finish(CloseReason.PEER_LEFT);
    }

    @Override
    public void writable() {
        pump();
    }

    private void pump() {
        while (block != null) {
            if (!sendPrefix(block) || !sendBody(block)) return;
            switch (frame.decode(block.bytes())) {
                case LengthFrame.BEGIN -> prefixDue = true;
                case LengthFrame.BODY -> bodyLeft = frame.available();
                case LengthFrame.END -> frames++;
                case LengthFrame.TOO_LARGE -> refuse();
                default -> {
                    giveBack();
                    connection.resumeInput();
                }
            }
        }
    }

    private boolean sendPrefix(Buffer from) {
        if (!prefixDue) return true;
        ByteBuffer out = connection.output().scratch(LengthFrame.PREFIX_BYTES);
        if (out == null || !from.isHeld()) return stalled();
        LengthFrame.encodePrefix(out, (int) frame.length());
        prefixDue = false;
        return true;
    }

    private boolean sendBody(Buffer from) {
        if (bodyLeft == 0) return true;
        ByteBuffer bytes = from.bytes();
        int limit = bytes.limit();
        bytes.limit(bytes.position() + bodyLeft);
        int count = connection.output().write(bytes);
        if (count < 0) return false;
        bytes.limit(limit);
        bodyLeft -= count;
        return bodyLeft == 0 || stalled();
    }

    private boolean stalled() {
        // Why: only here, because walking the queue allocates an iterator.
        heldMax = Math.max(heldMax, connection.heldBytes());
        connection.pauseInput();
        return false;
    }

    private void refuse() {
        giveBack();
        ByteBuffer out = connection.output().scratch(TOO_LARGE_BYTES.length);
        if (out != null) out.put(TOO_LARGE_BYTES);
        connection.finish(CloseReason.BROKEN);
    }

    private void giveBack() {
        if (block != null) block.release();
        block = null;
    }

    @Override
    public void timedOut() {
        connection.close(CloseReason.TIMED_OUT);
    }

    @Override
    public void closing(CloseReason reason) {
        giveBack();
    }

    @Override
    public int heldBytes() {
        return block == null ? 0 : block.capacity();
    }
}
