package dev.weir.http.codec;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Finds the end of a body, and removes its framing or makes it canonical, in place. Reused from message to
/// message. The output lies before the input in the same block and is never longer. Bytes are moved only where
/// something before them was removed. Data is passed on in the pieces in which it arrives; an incomplete
/// chunk-size line or trailer section stays unconsumed. The whole output never depends on how the input was
/// cut.
///
/// **Owns:** nothing; the bytes are lent.
/// **Threads:** confined to the loop of its connection.
/// **Limits:** a chunk-size line 4 KiB; extensions outweigh the data by at most 8 KiB; trailers as
/// [HeadLimits].
/// **Fails:** never throws because of a peer's bytes; after a fault there is no more output until [#begin].
/// **Source:** RFC 9112 sections 6 and 7.
public final class BodyDecoder {
    /// The body goes on: call again with the unconsumed bytes and more.
    public static final int MORE = 0;
    /// The body is complete; what was not consumed belongs to the next message.
    public static final int END = 1;
    /// The peer broke the protocol: see [#fault]. The output before it is valid.
    public static final int FAULT = -1;

    /// The form of the output of a chunked body; other bodies are passed on as they are.
    public enum Mode {
        /// The data alone; trailers are dropped.
        DATA,
        /// As [#CHUNKED], but without trailers.
        UNTRAILED,
        /// Canonical chunks: no extensions, no leading zeros, lower-case sizes, only trailers that may be
        /// forwarded.
        CHUNKED
    }

    private enum Part {
        SIZE_LINE,
        CHUNK,
        CHUNK_CR,
        CHUNK_LF,
        TRAILERS,
        DONE,
        FAULTY
    }

    private final HeadLimits limits;
    private final ChunkLine line = new ChunkLine();
    private final FieldLines lines;
    private final Fields trailers;
    private Framing framing = Framing.NONE;
    private Mode mode = Mode.DATA;
    private Part part = Part.DONE;
    private long remaining;
    private int outTo;
    private int consumedTo;
    private @Nullable HttpFault fault;

    /// Makes a decoder, which is at the end of an empty body.
    ///
    /// @param limits what a trailer section may hold
    public BodyDecoder(HeadLimits limits) {
        this.limits = limits;
        lines = new FieldLines(limits);
        trailers = Fields.few(limits.fieldsMax());
    }

    /// Begins a body and forgets the one before.
    ///
    /// @param newFraming how its end is known
    /// @param length     bytes of the body for [Framing#LENGTH], else ignored
    /// @param newMode    the form of the output of a chunked body
    public void begin(Framing newFraming, long length, Mode newMode) {
        if (newFraming == Framing.LENGTH && length < 0) {
            throw new IllegalArgumentException("length must not be negative, was " + length);
        }
        framing = newFraming;
        mode = newMode;
        remaining = newFraming == Framing.LENGTH ? length : 0;
        outTo = 0;
        consumedTo = 0;
        fault = null;
        trailers.reset();
        line.reset();
        part = switch (newFraming) {
            case NONE -> Part.DONE;
            case LENGTH -> length == 0 ? Part.DONE : Part.CHUNK;
            case CLOSE -> Part.CHUNK;
            case CHUNKED -> Part.SIZE_LINE;
        };
    }

    /// Where the output of the last call ends; it begins at its `from`.
    ///
    /// @return an index of the buffer, exclusive
    public int outTo() {
        return outTo;
    }

    /// Where the unconsumed input of the last call begins.
    ///
    /// @return an index of the buffer
    public int consumedTo() {
        return consumedTo;
    }

    /// What is still to come of a body with a length, or of the current chunk.
    ///
    /// @return bytes
    public long remaining() {
        return remaining;
    }

    /// Tells whether the body is complete.
    ///
    /// @return true after END
    public boolean isEnded() {
        return part == Part.DONE;
    }

    /// Tells whether the end of the input is the end of the body.
    ///
    /// @return true for [Framing#CLOSE]
    public boolean endsWithInput() {
        return framing == Framing.CLOSE;
    }

    /// The fault.
    ///
    /// @return the fault after [#FAULT]
    /// @throws IllegalStateException if there was none
    public HttpFault fault() {
        if (fault == null) {
            throw new IllegalStateException("there is no fault");
        }
        return fault;
    }

    /// Goes on decoding a body.
    ///
    /// @param bytes lent; rewritten from `from`, its limit must reach `to`
    /// @param from  index of the first byte that was not consumed yet
    /// @param to    end of the bytes received, exclusive
    /// @return [#MORE], [#END] or [#FAULT]; [#outTo] and [#consumedTo] hold for all three
    public int decode(ByteBuffer bytes, int from, int to) {
        outTo = from;
        consumedTo = from;
        return switch (framing) {
            case NONE, LENGTH -> decodeLength(to);
            case CLOSE -> decodeUntilClose(to);
            case CHUNKED -> decodeChunks(bytes, to);
        };
    }

    /// Notes that no more input comes.
    ///
    /// @return END if the body is complete without it, else FAULT
    public int inputEnded() {
        if (part == Part.FAULTY) {
            return FAULT;
        }
        if (part != Part.DONE && framing != Framing.CLOSE) {
            return refuse(HttpFault.BODY_CUT);
        }
        part = Part.DONE;
        return END;
    }

    private int decodeLength(int to) {
        if (part == Part.CHUNK) {
            int count = (int) Math.min(remaining, to - consumedTo);
            remaining -= count;
            consumedTo += count;
            outTo = consumedTo;
            part = remaining == 0 ? Part.DONE : Part.CHUNK;
        }
        return result();
    }

    private int decodeUntilClose(int to) {
        if (part == Part.CHUNK) {
            consumedTo = to;
            outTo = to;
        }
        return result();
    }

    private int result() {
        return switch (part) {
            case DONE -> END;
            case FAULTY -> FAULT;
            case SIZE_LINE, CHUNK, CHUNK_CR, CHUNK_LF, TRAILERS -> MORE;
        };
    }

    private int decodeChunks(ByteBuffer bytes, int to) {
        boolean moved = true;
        while (moved) {
            moved = switch (part) {
                case SIZE_LINE -> sizeLine(bytes, to);
                case CHUNK -> chunk(bytes, to);
                case CHUNK_CR -> chunkEnd(bytes, to, Octets.CR, Part.CHUNK_LF);
                case CHUNK_LF -> chunkEnd(bytes, to, Octets.LF, Part.SIZE_LINE);
                case TRAILERS -> trailers(bytes, to);
                case DONE, FAULTY -> false;
            };
        }
        return result();
    }

    private boolean sizeLine(ByteBuffer bytes, int to) {
        int step = line.next(bytes, consumedTo, to);
        if (step == ChunkLine.FAULT) {
            refuse(line.fault());
        }
        if (step != ChunkLine.DONE) {
            return false;
        }
        consumedTo += line.lineBytes();
        remaining = line.size();
        line.nextLine();
        if (mode != Mode.DATA) {
            ChunkEncoder.putSize(bytes, outTo, remaining);
            outTo += ChunkEncoder.sizeLineBytes(remaining);
        }
        part = remaining > 0 ? Part.CHUNK : Part.TRAILERS;
        if (part == Part.TRAILERS) {
            lines.begin(0);
        }
        return true;
    }

    private boolean chunk(ByteBuffer bytes, int to) {
        int count = (int) Math.min(remaining, to - consumedTo);
        pass(bytes, count);
        remaining -= count;
        if (remaining > 0) {
            return false;
        }
        part = Part.CHUNK_CR;
        return true;
    }

    private boolean chunkEnd(ByteBuffer bytes, int to, byte wanted, Part next) {
        if (consumedTo == to) {
            return false;
        }
        if (bytes.get(consumedTo) != wanted) {
            refuse(HttpFault.BAD_CHUNK_END);
            return false;
        }
        if (mode != Mode.DATA) {
            pass(bytes, 1);
        } else {
            consumedTo++;
        }
        part = next;
        return true;
    }

    private boolean trailers(ByteBuffer bytes, int to) {
        int end = (int) Math.min(to, (long) consumedTo + limits.bytesMax());
        Fields received = trailers;
        int step = lines.next(bytes, consumedTo, end, received);
        while (step == FieldLines.FIELD) {
            step = lines.next(bytes, consumedTo, end, received);
        }
        if (step == FieldLines.END) {
            endTrailers(bytes, received);
        } else if (step == FieldLines.FAULT) {
            refuse(lines.fault());
        } else if (end - consumedTo == limits.bytesMax()) {
            refuse(HttpFault.HEAD_TOO_LARGE);
        }
        return false;
    }

    private void endTrailers(ByteBuffer bytes, Fields received) {
        int emptyLine = lines.at() - 2;
        if (mode == Mode.DATA) {
            consumedTo += lines.at();
        } else {
            int base = consumedTo;
            for (int index = 0; index < received.count(); index++) {
                int lineTo = index + 1 < received.count() ? received.nameFrom(index + 1) : emptyLine;
                int nameFrom = base + received.nameFrom(index);
                int nameTo = base + received.nameTo(index);
                if (mode == Mode.CHUNKED && received.field(index).isTrailer(bytes, nameFrom, nameTo)) {
                    pass(bytes, base + lineTo - consumedTo);
                } else {
                    consumedTo = base + lineTo;
                }
            }
            pass(bytes, 2);
        }
        part = Part.DONE;
    }

    /// Lets input out as it is.
    private void pass(ByteBuffer bytes, int count) {
        if (outTo != consumedTo) {
            bytes.put(outTo, bytes, consumedTo, count);
        }
        outTo += count;
        consumedTo += count;
    }

    private int refuse(HttpFault why) {
        fault = why;
        part = Part.FAULTY;
        return FAULT;
    }
}
