package dev.weir.peers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A real nginx as origin, in a folder of its own.
final class Nginx implements AutoCloseable {
    private final Process process;
    private final int port;

    private Nginx(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static Nginx start(Path folder) throws IOException, InterruptedException {
        String program = Program.find("nginx");
        int port = freePort();
        Files.createDirectories(folder.resolve("www"));
        Files.createDirectories(folder.resolve("tmp"));
        Path configuration = folder.resolve("nginx.conf");
        Files.writeString(configuration, configuration(folder, port));
        Process process = new ProcessBuilder(program, "-c", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("nginx.out").toFile())
                .start();
        var nginx = new Nginx(process, port);
        nginx.awaitReady(folder);
        return nginx;
    }

    private static String configuration(Path folder, int port) {
        return """
                daemon off; master_process off; pid FOLDER/nginx.pid; error_log FOLDER/error.log;
                events { worker_connections 8192; }
                http {
                  access_log off; client_max_body_size 0; keepalive_requests 1000000000;
                  client_body_temp_path FOLDER/tmp/b; proxy_temp_path FOLDER/tmp/p; fastcgi_temp_path FOLDER/tmp/f;
                  uwsgi_temp_path FOLDER/tmp/u; scgi_temp_path FOLDER/tmp/s;
                  server {
                    listen 127.0.0.1:PORT backlog=4096;
                    root FOLDER/www;
                    location = /tiny { return 200 "ok"; }
                    location = /seen { return 200 "$request_method $request_uri $http_host $http_x_forwarded_for"; }
                    location /put/ { dav_methods PUT; create_full_put_path on; }
                  }
                }
                """.replace("FOLDER", folder.toString()).replace("PORT", Integer.toString(port));
    }

    private void awaitReady(Path folder) throws IOException, InterruptedException {
        for (int tries = 0; tries < 200; tries++) {
            if (!process.isAlive()) throw new AssertionError(Files.readString(folder.resolve("nginx.out")));
            try (var probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (probe.isConnected()) return;
            } catch (IOException notYet) {
                process.waitFor(25, TimeUnit.MILLISECONDS);
            }
        }
        throw new AssertionError("nginx does not listen on " + port);
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    String origin() {
        return "127.0.0.1:" + port;
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) kill();
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    static List<String> curl(String... arguments) {
        var command = new java.util.ArrayList<String>();
        command.add(Program.find("curl"));
        command.addAll(List.of("-s", "--max-time", "120"));
        command.addAll(List.of(arguments));
        return command;
    }
}
