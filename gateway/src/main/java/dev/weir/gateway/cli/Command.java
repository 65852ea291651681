package dev.weir.gateway.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// One command of the program.
///
/// **Threads:** confined to the main thread.
public interface Command {

    /// Name, arguments and description, for the parser and for help.
    CommandSpec spec();

    /// Does what was asked.
    ///
    /// @param parsed the arguments, which fit [#spec]
    /// @param out lent; what was asked for
    /// @param err lent; what went wrong
    /// @return one of [ExitStatus]
    int run(ParseResult parsed, PrintWriter out, PrintWriter err);
}
