package dev.weir.walk;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The steps of docs/walk.md, and what a trace has against them.
///
/// A step is a numbered item: a class and a method, linked to the file, and one sentence.
final class Walk {
    static final int STEPS_MAX = 20;

    private static final Pattern ITEM = Pattern.compile("(?m)^(\\d+)\\. (.*(?:\\n {2,}.*)*)");
    private static final Pattern STEP = Pattern.compile(
            "\\[`(\\w+)\\.(\\w+)`]\\(\\.\\./\\w+/src/main/java/([\\w/]+)\\.java\\): ([^.]+(?:\\.\\w[^.]*)*)\\.");

    private final String page;

    Walk(String page) {
        this.page = page;
    }

    /// What is wrong with the page, if `trace` is right.
    List<String> complaints(Trace trace) {
        var complaints = new ArrayList<String>();
        int last = -1;
        int count = 0;
        Matcher items = ITEM.matcher(page);
        while (items.find()) {
            count++;
            String text = items.group(2).replaceAll("\\s+", " ");
            if (Integer.parseInt(items.group(1)) != count) complaints.add("step " + count + " has another number");
            Matcher step = STEP.matcher(text);
            if (!step.matches()) {
                complaints.add("step " + count + " is no linked class and method with one sentence: " + text);
                continue;
            }
            String type = step.group(3).replace('/', '.');
            String method = type + "." + step.group(2);
            if (!type.endsWith("." + step.group(1))) complaints.add("step " + count + " is linked to " + type);
            int entered = trace.firstEntry(method);
            if (entered < 0) complaints.add("step " + count + " is never entered: " + method);
            else if (entered < last) complaints.add("step " + count + " goes back: " + method);
            last = Math.max(last, entered);
        }
        if (count == 0 || count > STEPS_MAX) complaints.add(count + " steps");
        for (String one : trace.decidingPackages()) {
            if (!page.contains(one.replace('.', '/') + "/") && !page.contains("`" + one + "`")) {
                complaints.add("the request passes through " + one + ", which the page does not name");
            }
        }
        return complaints;
    }
}
