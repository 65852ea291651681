package dev.weir.bench.peer;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;

/// A reverse proxy on Netty with one event loop, built as Netty's own example of a proxy is
/// (`HexDumpProxy`): nothing is read by itself, and the next read of one side comes when the last write to
/// the other is done. Unlike that example it speaks HTTP. Usage: `NettyProxy PORT ORIGINPORT`.
public final class NettyProxy {
    private NettyProxy() {}

    public static void main(String[] arguments) throws InterruptedException {
        int origin = Integer.parseInt(arguments[1]);
        var acceptor = new ServerBootstrap()
                .group(new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory()))
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, Hello.BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel client) {
                        client.pipeline().addLast(new HttpServerCodec(), NettyRelay.ofClient(origin));
                    }
                })
                .bind(Hello.address(arguments))
                .sync()
                .channel();
        Hello.ready();
        acceptor.closeFuture().sync();
    }
}
