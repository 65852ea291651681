/// Tests of the server side of HTTP.
@NullMarked
package dev.weir.http.server;

import org.jspecify.annotations.NullMarked;
