package dev.weir.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// One kept connection of the load: sends its request again and again, and checks each answer.
///
/// **Threads:** confined to the thread of the load.
final class LoadConnection {
    private static final int ANSWER_BYTES = 8 << 10;
    private static final byte[] OK = ascii("HTTP/1.1 200 ");
    private static final byte[] LENGTH = ascii("content-length:");

    private final SocketChannel channel;
    private final ByteBuffer request;
    private final ByteBuffer answer;

    private LoadConnection(SocketChannel channel, String request, int answerBytes) {
        this.channel = channel;
        this.answer = ByteBuffer.allocateDirect(answerBytes);
        byte[] bytes = ascii(request);
        this.request = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    static LoadConnection open(InetSocketAddress peer, Selector selector, String request) throws IOException {
        return open(peer, selector, request, ANSWER_BYTES);
    }

    private static LoadConnection open(InetSocketAddress peer, Selector selector, String request, int answerBytes)
            throws IOException {
        return open(SocketChannel.open(peer), selector, request, answerBytes);
    }

    /// @param local whose address the peer sees
    /// @param answerBytes the longest answer, head and body
    static LoadConnection openFrom(
            InetSocketAddress local, InetSocketAddress peer, Selector selector, String request, int answerBytes)
            throws IOException {
        var channel = SocketChannel.open();
        try {
            channel.bind(local).connect(peer);
        } catch (IOException refused) {
            channel.close();
            throw refused;
        }
        return open(channel, selector, request, answerBytes);
    }

    private static LoadConnection open(SocketChannel channel, Selector selector, String request, int answerBytes)
            throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        var connection = new LoadConnection(channel, request, answerBytes);
        channel.register(selector, SelectionKey.OP_READ, connection);
        return connection;
    }

    /// Sends the request; it is far smaller than what a socket takes.
    void request() throws IOException {
        answer.clear();
        channel.write(request.rewind());
        if (request.hasRemaining()) throw new IOException("a request did not fit the socket");
    }

    /// Reads what is there.
    ///
    /// @return whether the answer is whole
    boolean receive() throws IOException {
        if (channel.read(answer) < 0) throw new EOFException("the peer closed a connection");
        int end = headEnd();
        return end > 0 && answer.position() == end + bodyBytes(end);
    }

    private int headEnd() {
        for (int i = 3; i < answer.position(); i++) {
            if (answer.get(i) == '\n' && answer.get(i - 1) == '\r' && answer.get(i - 2) == '\n') return i + 1;
        }
        return 0;
    }

    private int bodyBytes(int end) throws IOException {
        if (!has(OK, 0)) throw new IOException("an answer is not a 200: " + text(end));
        for (int i = 0; i < end; i++) {
            if (answer.get(i) == '\n' && has(LENGTH, i + 1)) return number(i + 1 + LENGTH.length);
        }
        throw new IOException("an answer has no length: " + text(end));
    }

    private boolean has(byte[] word, int at) {
        if (at + word.length > answer.position()) return false;
        for (int i = 0; i < word.length; i++) {
            byte octet = answer.get(at + i);
            int lower = octet >= 'A' && octet <= 'Z' && word[i] >= 'a' ? octet + 32 : octet;
            if (lower != word[i]) return false;
        }
        return true;
    }

    private int number(int from) {
        int value = 0;
        for (int i = from; answer.get(i) != '\r'; i++) {
            if (answer.get(i) != ' ') value = value * 10 + answer.get(i) - '0';
        }
        return value;
    }

    private String text(int end) {
        byte[] head = new byte[end];
        answer.get(0, head);
        return new String(head, StandardCharsets.US_ASCII).strip().toLowerCase(Locale.ROOT);
    }

    /// Gives the selector something else to find than this.
    void attach(Selector selector, Object found) {
        channel.keyFor(selector).attach(found);
    }

    /// Whether the peer has neither sent nor closed anything since the last answer.
    boolean isQuiet() {
        try {
            return channel.read(answer.clear()) == 0;
        } catch (IOException reset) {
            return false;
        }
    }

    void close() throws IOException {
        channel.close();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
