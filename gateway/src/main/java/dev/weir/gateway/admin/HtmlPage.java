package dev.weir.gateway.admin;

import dev.weir.http.blocking.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/// An HTML page. Its Content Security Policy names script and style by their hashes, so that a browser runs
/// nothing else.
///
/// **Threads:** immutable.
/// **Source:** Content Security Policy Level 3, section 2.3.1.
final class HtmlPage {
    private static final String STYLE = "<style>\n";
    private static final String SCRIPT = "<script>\n";

    private final byte[] html;
    private final String policy;

    private HtmlPage(String html) {
        this.html = html.getBytes(StandardCharsets.UTF_8);
        this.policy = "default-src 'none'; connect-src 'self'; script-src '" + hash(inside(html, "script"))
                + "'; style-src '" + hash(inside(html, "style"))
                + "'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    /// Loads a page that lies beside this class, and puts `page.css` before its style and `page.js` before its
    /// script.
    static HtmlPage load(String name) {
        String html = text(name).replace(STYLE, STYLE + text("page.css")).replace(SCRIPT, SCRIPT + text("page.js"));
        return new HtmlPage(html);
    }

    private static String text(String name) {
        try (InputStream file = HtmlPage.class.getResourceAsStream(name)) {
            if (file == null) throw new IllegalStateException(name + " is missing in the jar");
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    void send(Response response) throws IOException {
        response.header("Content-Type", "text/html; charset=utf-8")
                .header("Content-Security-Policy", policy)
                .header("Referrer-Policy", "no-referrer")
                .send(html);
    }

    private static String inside(String html, String element) {
        int from = html.indexOf("<" + element + ">") + element.length() + 2;
        int to = html.indexOf("</" + element + ">");
        return html.substring(from, to);
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
