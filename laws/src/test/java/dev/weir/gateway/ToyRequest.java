package dev.weir.gateway;

import dev.weir.http.codec.Framing;
import dev.weir.http.codec.HttpVersion;
import dev.weir.http.codec.Method;
import dev.weir.http.codec.RequestReader;
import dev.weir.http.codec.TargetForm;
import java.util.Arrays;
import java.util.List;

/// The head of a request that never was HTTP/1.
public final class ToyRequest extends ToyHead implements RequestReader {
    /// What a request is for. The target is as HTTP/1 would write it.
    public record Goal(String method, TargetForm form, String target, String authority, String path, String query) {}

    private final Goal goal;
    private final int[] method;
    private final int[] target;
    private final int[] authority;
    private final int[] path;
    private final int queryTo;

    /// A request that says what these say.
    public ToyRequest(Goal goal, Common common) {
        super(common);
        this.goal = goal;
        this.path = put(goal.path());
        this.queryTo = put(goal.query())[1];
        this.authority = put(goal.authority());
        this.method = put(goal.method());
        this.target = put(goal.target());
        complete();
    }

    /// A request for a path at a host, without fields.
    public static ToyRequest at(String authority, String path) {
        return new ToyRequest(
                new Goal("GET", TargetForm.ORIGIN, path, authority, path, "?/q"),
                new Common(HttpVersion.HTTP_1_1, Framing.NONE, -1, List.of()));
    }

    @Override
    public Method method() {
        return Arrays.stream(Method.values())
                .filter(one -> one.name().equals(goal.method()))
                .findFirst()
                .orElse(Method.OTHER);
    }

    @Override
    public int methodFrom() {
        return method[0];
    }

    @Override
    public int methodTo() {
        return method[1];
    }

    @Override
    public TargetForm form() {
        return goal.form();
    }

    @Override
    public int targetFrom() {
        return target[0];
    }

    @Override
    public int targetTo() {
        return target[1];
    }

    @Override
    public int pathFrom() {
        return path[0];
    }

    @Override
    public int pathTo() {
        return path[1];
    }

    @Override
    public int queryTo() {
        return queryTo;
    }

    @Override
    public int authorityFrom() {
        return authority[0];
    }

    @Override
    public int authorityTo() {
        return authority[1];
    }

    /// Behind the bracket of an IPv6 address, or before the colon of a port.
    @Override
    public int hostTo() {
        int closing = goal.authority().indexOf(']');
        int colon = goal.authority().indexOf(':', Math.max(0, closing));
        return colon < 0 ? authority[1] : authority[0] + colon;
    }
}
