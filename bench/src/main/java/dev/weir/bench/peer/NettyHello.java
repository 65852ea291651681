package dev.weir.bench.peer;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;

/// Netty with one event loop. Usage: `NettyHello PORT nio|epoll|io_uring`.
public final class NettyHello {
    private NettyHello() {}

    private record Kind(IoHandlerFactory loop, Class<? extends ServerChannel> acceptor) {
        static Kind of(String name) {
            return switch (name) {
                case "nio" -> new Kind(NioIoHandler.newFactory(), NioServerSocketChannel.class);
                case "epoll" -> new Kind(EpollIoHandler.newFactory(), EpollServerSocketChannel.class);
                case "io_uring" -> new Kind(IoUringIoHandler.newFactory(), IoUringServerSocketChannel.class);
                default -> throw new IllegalArgumentException("nio, epoll or io_uring, not " + name);
            };
        }
    }

    public static void main(String[] arguments) throws InterruptedException {
        var kind = Kind.of(arguments[1]);
        var acceptor = new ServerBootstrap()
                .group(new MultiThreadIoEventLoopGroup(1, kind.loop()))
                .channel(kind.acceptor())
                .option(ChannelOption.SO_BACKLOG, Hello.BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel peer) {
                        peer.pipeline().addLast(new HttpServerCodec(), new NettyAnswer());
                    }
                })
                .bind(Hello.address(arguments))
                .sync()
                .channel();
        Hello.ready();
        acceptor.closeFuture().sync();
    }
}
