package dev.weir.bench.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;

/// Answers as Netty's own hello example does, and flushes once for all that was read together.
final class NettyAnswer extends ChannelInboundHandlerAdapter {
    private static final ByteBuf BODY =
            Unpooled.unreleasableBuffer(Unpooled.directBuffer().writeBytes(Hello.bytes()));
    private static final AsciiString TYPE = AsciiString.cached(Hello.TYPE);
    private static final AsciiString LENGTH = AsciiString.cached(String.valueOf(Hello.TEXT.length()));
    // the names and values are constants: checking them for each answer would only slow Netty down
    private static final HttpHeadersFactory HEADERS =
            DefaultHttpHeadersFactory.headersFactory().withValidation(false);
    private static final HttpHeadersFactory TRAILERS =
            DefaultHttpHeadersFactory.trailersFactory().withValidation(false);

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof HttpRequest request) answer(context, request);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private static void answer(ChannelHandlerContext context, HttpRequest request) {
        var response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.OK, BODY.duplicate(), HEADERS, TRAILERS);
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, TYPE).set(HttpHeaderNames.CONTENT_LENGTH, LENGTH);
        if (HttpUtil.isKeepAlive(request)) {
            var _ = context.write(response, context.voidPromise());
        } else {
            var _ = context.write(response).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = context.close();
    }
}
