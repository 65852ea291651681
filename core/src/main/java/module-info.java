/// Connections and buffers that are counted.
module dev.weir.core {
    requires static org.jspecify;
    requires static com.google.errorprone.annotations;

    exports dev.weir.memory;
    exports dev.weir.time;
}
