package dev.weir.bench;

/// A part of what `./weir bench memory` measures.
interface MemoryPart {
    /// What `--only` knows it by.
    String name();

    /// Measures, and puts what was found into the page.
    ///
    /// @return whether every figure is met
    boolean run(MemoryOptions options) throws Exception;
}
