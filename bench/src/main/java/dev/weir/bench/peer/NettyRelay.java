package dev.weir.bench.peer;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/// One side of a relayed connection: writes what it reads to the other side, and reads again when that was written.
///
/// **Threads:** confined to the event loop.
final class NettyRelay extends ChannelInboundHandlerAdapter {
    private final int origin;
    private @Nullable Channel other;
    private @Nullable ChannelFuture lastWrite;

    private NettyRelay(int origin, @Nullable Channel other) {
        this.origin = origin;
        this.other = other;
    }

    /// The client's side, which connects to the origin.
    static NettyRelay ofClient(int origin) {
        return new NettyRelay(origin, null);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (other != null) {
            context.read();
            return;
        }
        Channel client = context.channel();
        ChannelFuture connecting = new Bootstrap()
                .group(client.eventLoop())
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel made) {
                        made.pipeline().addLast(new HttpClientCodec(), new NettyRelay(origin, client));
                    }
                })
                .connect(Hello.HOST, origin);
        other = connecting.channel();
        var _ = connecting.addListener(done -> readOrClose(done.isSuccess(), client, client));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Channel to = other;
        if (to == null || !to.isActive()) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest request) request.headers().add("X-Forwarded-For", Hello.HOST);
        lastWrite = to.write(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        ChannelFuture written = lastWrite;
        lastWrite = null;
        if (written == null) return;
        written.channel().flush();
        var _ = written.addListener(done -> readOrClose(done.isSuccess(), context.channel(), written.channel()));
    }

    private static void readOrClose(boolean isGood, Channel read, Channel close) {
        if (isGood) read.read();
        else closeOnFlush(close);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (other != null) closeOnFlush(other);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        System.out.println(cause);
        closeOnFlush(context.channel());
    }

    private static void closeOnFlush(Channel channel) {
        if (!channel.isActive()) return;
        var _ = channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
}
