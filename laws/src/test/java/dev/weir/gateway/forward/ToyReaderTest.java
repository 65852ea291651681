package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.ToyHead;
import dev.weir.gateway.ToyRequest;
import dev.weir.gateway.ToyResponse;
import dev.weir.gateway.config.Route;
import dev.weir.gateway.log.LogText;
import dev.weir.gateway.request.RequestRecord;
import dev.weir.gateway.route.RouteTable;
import dev.weir.http.codec.FieldLine;
import dev.weir.http.codec.Framing;
import dev.weir.http.codec.HeadEncoder;
import dev.weir.http.codec.HeadLimits;
import dev.weir.http.codec.HttpVersion;
import dev.weir.http.codec.Method;
import dev.weir.http.codec.RequestDecoder;
import dev.weir.http.codec.RequestHead;
import dev.weir.http.codec.RequestReader;
import dev.weir.http.codec.RequestView;
import dev.weir.http.codec.ResponseDecoder;
import dev.weir.http.codec.ResponseHead;
import dev.weir.http.codec.ResponseReader;
import dev.weir.http.codec.ResponseView;
import dev.weir.http.codec.TargetForm;
import dev.weir.http.flow.InPlaceHead;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Proves that router, rules of forwarding and log know heads by what they say only. Heads are made by chance,
/// once as HTTP/1 bytes that are decoded, once as names and values in an array that were never HTTP/1, and both
/// are treated: every outcome is the same.
@Balanced
final class ToyReaderTest {
    private static final int HEADS = 5_000;
    private static final int ROOM = 16 * 1024;
    private static final byte[] PEER = HeadEncoder.ascii("192.0.2.7");
    private static final byte[] ORIGIN = HeadEncoder.ascii("origin:9001");
    private static final byte[] NOTHING = {};
    private static final FieldLine DATE = FieldLine.of("Date", "Sun, 06 Nov 1994 08:49:37 GMT");

    private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "OPTIONS", "TRACE", "PROPFIND");
    private static final List<String> AUTHORITIES = List.of("a.example", "A.EXAMPLE:8080", "[::1]:80", "b");
    private static final List<String> PATHS = List.of("/", "/v1", "/v1/x", "/v10", "/files/a%20b");
    private static final List<String> QUERIES = List.of("", "?", "?q=1&r=/v1");
    private static final List<ToyHead.Pair> REQUEST_FIELDS = List.of(
            pair("Accept", "*/*"),
            pair("Connection", "close, X-Hop"),
            pair("Connection", "TE"),
            pair("X-Hop", "only to you"),
            pair("Keep-Alive", "timeout=5, max=7"),
            pair("TE", "gzip;q=0.5, Trailers"),
            pair("TE", "gzip"),
            pair("Trailer", "X-Sum"),
            pair("Via", "1.1 here"),
            pair("Via", "1.0 elsewhere (here), 1.1 there"),
            pair("Max-Forwards", "0"),
            pair("Max-Forwards", "17"),
            pair("Max-Forwards", "many"),
            pair("X-Forwarded-For", "6.6.6.6"),
            pair("X_Forwarded_For", "6.6.6.6"),
            pair("Content_Length", "9"),
            pair("Forwarded", "for=6.6.6.6"),
            pair("X-Forwarded-Proto", "https"),
            pair("X-Request-Id", "given-by_me.1"),
            pair("X-Request-Id", "not good"),
            pair("Authorization", "Negotiate abc=="),
            pair("Authorization", "Basic abc=="),
            pair("Proxy-Authorization", "NTLM abc"),
            pair("Upgrade", "h2c"),
            pair("Cookie", ""),
            pair("X-Other", "a \t b"));
    private static final List<ToyHead.Pair> RESPONSE_FIELDS = List.of(
            pair("Connection", "X-Hop"),
            pair("X-Hop", "only to you"),
            pair("Keep-Alive", "timeout=5"),
            pair("Date", "Mon, 07 Nov 1994 08:49:37 GMT"),
            pair("Via", "1.1 behind"),
            pair("Upgrade", "h2c"),
            pair("WWW-Authenticate", "Basic realm=\"a, ntlm\", Nego2"),
            pair("WWW-Authenticate", "Basic realm=\"a, ntlm\""),
            pair("Proxy-Authenticate", "NTLM"),
            pair("Set-Cookie", "a=b"),
            pair("Server", ""),
            pair("X-Other", "a"));

    private final Random random = new Random(20261130);
    private final RouteTable routes = RouteTable.of(List.of(
            new Route("a.example", "/v1", "one"), new Route("[::1]", "/", "two"), new Route("", "/v1/x", "three")));
    private final Via via = Via.named("here");
    private final RequestRules requests = new RequestRules(via);
    private final ResponseRules responses = new ResponseRules(via);
    private final RequestDecoder requestDecoder = new RequestDecoder(HeadLimits.DEFAULT);
    private final RequestHead requestHead = new RequestHead(HeadLimits.DEFAULT);
    private final ResponseDecoder responseDecoder = new ResponseDecoder(HeadLimits.DEFAULT);
    private final ResponseHead responseHead = new ResponseHead(HeadLimits.DEFAULT);

    private static ToyHead.Pair pair(String name, String value) {
        return new ToyHead.Pair(name, value);
    }

    @Test
    void aRequestOfAnotherProtocolIsRoutedRewrittenAndLogged(Scene scene) {
        scene.withoutPlaces();
        var ids = new RequestIds(scene.inMemory().loop());
        var outcomes = new TreeSet<String>();
        for (int i = 0; i < HEADS; i++) {
            ToyRequest.Goal goal = goal();
            ToyHead.Common common = requestCommon(goal);
            RequestReader decoded = decodedRequest(goal, common);

            String outcome = treated(decoded, ids);

            assertThat(treated(new ToyRequest(goal, common), ids)).isEqualTo(outcome);
            outcomes.add(outcome);
        }
        // Why: were all refused alike, or the same one made again and again, they would be equal too.
        assertThat(outcomes).hasSizeGreaterThan(HEADS / 2);
        assertThat(String.join("", outcomes))
                .contains("route 0", "route 1", "route 2", "route -1", "again true", "logs in true", "no room")
                .contains("Max-Forwards: 16", "TE: trailers", "X-Request-Id: given-by_me.1", "OPTIONS * HTTP/1.1")
                .contains("Host: origin:9001", "Via: 1.0 here")
                .doesNotContain("6.6.6.6");
    }

    @Test
    void anAnswerOfAnotherProtocolIsRewritten() {
        var outcomes = new TreeSet<String>();
        for (int i = 0; i < HEADS; i++) {
            int status = one(List.of(103, 200, 204, 304, 401, 407, 426, 503));
            String reason = one(List.of("", "As it is", "Nicht gut"));
            ToyHead.Common common = responseCommon(status);
            ResponseReader decoded = decodedResponse(status, reason, common);

            String outcome = treated(decoded);

            assertThat(treated(new ToyResponse(status, reason, common))).isEqualTo(outcome);
            outcomes.add(outcome);
        }
        assertThat(outcomes).hasSizeGreaterThan(HEADS / 10);
        assertThat(String.join("", outcomes))
                .contains("challenges true", "Upgrade: h2c\r\nConnection: upgrade", "06 Nov", "07 Nov", "chunked");
    }

    // ---- what becomes of a head

    private String treated(RequestReader head, RequestIds ids) {
        var record = new RequestRecord();
        record.begin(head);
        ids.take(head);
        boolean isGiven = new String(ids.bytes(), 0, ids.length(), StandardCharsets.US_ASCII).startsWith("given");
        if (isGiven) record.setRequestId(ids.bytes(), ids.length());
        else record.setRequestId(HeadEncoder.ascii("made"), 4);
        requests.withTrailers(head.count() % 2 == 0);
        return "route " + routes.match(head)
                + "\nagain " + via.isIn(head)
                + "\nforwards " + MaxForwards.of(head)
                + "\nlogs in " + LoginScheme.isInRequest(head)
                + "\nas it came " + head.text(head.methodFrom(), head.methodTo())
                + head.text(head.targetFrom(), head.targetTo())
                + "\n" + (requests.hasRoomForFields(head, record, PEER, 9) ? "room" : "no room")
                + "\n" + written(head, record)
                + LogText.of(record);
    }

    private String written(RequestReader head, RequestRecord record) {
        // Why: it is answered by the forwarder.
        if (MaxForwards.of(head) == 0) return "";
        var out = new InPlaceHead();
        out.begin(ByteBuffer.allocate(ROOM), NOTHING);
        requests.write(head, record, PEER, ORIGIN, out);
        return text(out);
    }

    private String treated(ResponseReader head) {
        var out = new InPlaceHead();
        out.begin(ByteBuffer.allocate(ROOM), NOTHING);
        if (head.isInformational()) responses.writeInterim(head, out);
        else responses.write(head, head.framing(), DATE, out);
        return "challenges " + LoginScheme.isInAnswer(head) + "\n" + text(out);
    }

    private static String text(InPlaceHead out) {
        assertThat(out.end()).isTrue();
        return StandardCharsets.ISO_8859_1.decode(out.written()).toString();
    }

    // ---- heads made by chance

    private ToyRequest.Goal goal() {
        String method = one(METHODS);
        String authority = one(AUTHORITIES);
        if (method.equals("OPTIONS") && random.nextInt(3) == 0) {
            return new ToyRequest.Goal(method, TargetForm.ASTERISK, "*", authority, "*", "");
        }
        String query = one(QUERIES);
        if (random.nextInt(3) == 0) {
            String path = random.nextBoolean() ? "" : one(PATHS);
            String target = "http://" + authority + path + query;
            return new ToyRequest.Goal(method, TargetForm.ABSOLUTE, target, authority, path, query);
        }
        String path = one(PATHS);
        boolean isUnnamed = random.nextInt(10) == 0;
        return new ToyRequest.Goal(method, TargetForm.ORIGIN, path + query, isUnnamed ? "" : authority, path, query);
    }

    private ToyHead.Common requestCommon(ToyRequest.Goal goal) {
        boolean isOld = goal.authority().isEmpty() || random.nextInt(4) == 0;
        var fields = new ArrayList<ToyHead.Pair>();
        if (!goal.authority().isEmpty()) fields.add(pair(one(List.of("Host", "HOST")), goal.authority()));
        for (int left = random.nextInt(8); left > 0; left--) fields.add(cased(one(REQUEST_FIELDS)));
        Framing framing = one(List.of(Framing.NONE, Framing.LENGTH, isOld ? Framing.NONE : Framing.CHUNKED));
        addFraming(framing, fields);
        return new ToyHead.Common(
                isOld ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1,
                framing,
                framing == Framing.LENGTH ? 12 : -1,
                fields);
    }

    private ToyHead.Common responseCommon(int status) {
        boolean isBodyless = status < 200 || status == 204 || status == 304;
        var fields = new ArrayList<ToyHead.Pair>();
        for (int left = random.nextInt(6); left > 0; left--) fields.add(cased(one(RESPONSE_FIELDS)));
        Framing said = one(List.of(Framing.CLOSE, Framing.LENGTH, Framing.CHUNKED));
        addFraming(said, fields);
        HttpVersion version = one(List.of(HttpVersion.HTTP_1_0, HttpVersion.HTTP_1_1));
        return new ToyHead.Common(version, isBodyless ? Framing.NONE : said, said == Framing.LENGTH ? 12 : -1, fields);
    }

    private void addFraming(Framing framing, List<ToyHead.Pair> fields) {
        if (framing == Framing.LENGTH) fields.add(pair("Content-Length", "12"));
        if (framing == Framing.CHUNKED) fields.add(pair("Transfer-Encoding", "chunked"));
    }

    private ToyHead.Pair cased(ToyHead.Pair field) {
        return random.nextBoolean() ? field : pair(field.name().toLowerCase(Locale.ROOT), field.value());
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    // ---- the same as HTTP/1

    private RequestReader decodedRequest(ToyRequest.Goal goal, ToyHead.Common common) {
        byte[] bytes = bytes(goal.method() + " " + goal.target() + " " + version(common), common);
        int at = 1 + random.nextInt(20);
        ByteBuffer block = ByteBuffer.allocateDirect(ROOM).put(at, bytes);
        requestDecoder.reset();
        assertThat(requestDecoder.decode(block, at, at + bytes.length, requestHead))
                .isEqualTo(bytes.length);
        return new RequestView().of(requestHead, block, at);
    }

    private ResponseReader decodedResponse(int status, String reason, ToyHead.Common common) {
        byte[] bytes = bytes(version(common) + " " + status + " " + reason, common);
        int at = 1 + random.nextInt(20);
        ByteBuffer block = ByteBuffer.allocateDirect(ROOM).put(at, bytes);
        responseDecoder.reset();
        assertThat(responseDecoder.decode(block, at, at + bytes.length, Method.GET, responseHead))
                .isEqualTo(bytes.length);
        return new ResponseView().of(responseHead, block, at);
    }

    private static String version(ToyHead.Common common) {
        return common.version() == HttpVersion.HTTP_1_0 ? "HTTP/1.0" : "HTTP/1.1";
    }

    private static byte[] bytes(String line, ToyHead.Common common) {
        var text = new StringBuilder(line).append("\r\n");
        for (ToyHead.Pair field : common.fields()) {
            text.append(field.name()).append(": ").append(field.value()).append("\r\n");
        }
        return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
