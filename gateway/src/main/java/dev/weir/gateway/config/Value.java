package dev.weir.gateway.config;

import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// One value of the file with its position and the list that collects errors about it.
///
/// **Threads:** confined to the reader's thread.
///
/// @param node the YAML node
/// @param path where it is in the file
/// @param faults lent
record Value(Node node, String path, ConfigErrors faults) {

    /// Adds an error at this value: `expectation, found ...`.
    void refuse(String expectation, String suggestion) {
        faults.add(node, path, expectation + ", found " + FoundText.node(node), suggestion);
    }

    /// The same when there is nothing to suggest.
    void refuse(String expectation) {
        refuse(expectation, "");
    }

    /// The text of this value; empty after adding an error when it is no text.
    String text(String expected) {
        if (node instanceof ScalarNode scalar && !scalar.getValue().isBlank()) {
            return scalar.getValue();
        }
        refuse("expected " + expected);
        return "";
    }

    /// Whether this value is the word.
    boolean isText(String word) {
        return node instanceof ScalarNode scalar && scalar.getValue().equals(word);
    }

    /// The items of this list; empty after adding an error when it is no list or has none.
    List<Value> items(String expected) {
        if (!(node instanceof SequenceNode list) || list.getValue().isEmpty()) {
            refuse("expected " + expected);
            return List.of();
        }
        var items = new ArrayList<Value>();
        for (var item : list.getValue()) {
            items.add(new Value(item, path + "[" + items.size() + "]", faults));
        }
        return items;
    }

    /// A whole number, or the fallback after adding an error.
    int count(int fallback, int least, int limit) {
        return count(fallback, least, limit, "");
    }

    /// @param more what else it may be, to be added to the fault: `, or ...`
    int count(int fallback, int least, int limit, String more) {
        var expected = "a whole number from " + least + " to " + limit + more;
        var text = text(expected);
        if (text.isEmpty()) {
            return fallback;
        }
        // Why: nine digits are enough for every limit and always fit into an int.
        if (text.matches("[0-9]{1,9}")) {
            int count = Integer.parseInt(text);
            if (count >= least && count <= limit) {
                return count;
            }
        }
        refuse("expected " + expected);
        return fallback;
    }

    /// One of these words, or the first of them after adding an error.
    String choice(List<String> words) {
        var expected = listed(words);
        var text = text(expected);
        if (!text.isEmpty() && !words.contains(text)) {
            String found = ", found " + FoundText.node(node) + Synonyms.missing(text);
            faults.add(node, path, "expected " + expected + found, NearestWord.question(text, words));
        }
        return words.contains(text) ? text : words.getFirst();
    }

    /// `a, b or c`.
    static String listed(List<String> words) {
        return words.size() == 1
                ? words.getFirst()
                : String.join(", ", words.subList(0, words.size() - 1)) + " or " + words.getLast();
    }
}
