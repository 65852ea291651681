/// Requires modules of Weir and nothing else.
module pings {
    requires dev.weir.http;
}
