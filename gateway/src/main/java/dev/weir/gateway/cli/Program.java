package dev.weir.gateway.cli;

import java.io.PrintWriter;
import java.lang.module.ModuleDescriptor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// The program as a function: arguments in, texts and an exit status out.
///
/// **Threads:** confined to the main thread.
/// **Waits:** as long as the command does.
/// **Fails:** a wrong command line is reported on `err` with status 2.
public final class Program {
    private final Map<String, Command> commands = new LinkedHashMap<>();
    private final PrintWriter out;
    private final PrintWriter err;

    /// A program of these commands, which help lists in this order.
    public Program(List<Command> commands, PrintWriter out, PrintWriter err) {
        for (var command : commands) {
            this.commands.put(command.spec().name(), command);
        }
        this.out = out;
        this.err = err;
    }

    /// Runs the command that the arguments name.
    ///
    /// @return one of [ExitStatus]
    public int run(String... arguments) {
        var root =
                CommandSpec.create().name("weir").mixinStandardHelpOptions(true).version(version());
        root.usageMessage()
                .description("A reverse proxy and load balancer whose memory and connections are accounted for.");
        var line = new CommandLine(root);
        for (var command : commands.values()) {
            var spec = command.spec().mixinStandardHelpOptions(true).version(version());
            line.addSubcommand(spec.name(), new CommandLine(spec));
        }
        line.addSubcommand("help", new CommandLine(new CommandLine.HelpCommand()));
        line.setOut(out).setErr(err).setExecutionStrategy(this::execute);
        line.setExpandAtFiles(false);
        int status = line.execute(arguments);
        out.flush();
        err.flush();
        return status;
    }

    private int execute(ParseResult parsed) {
        var helped = CommandLine.executeHelpRequest(parsed);
        if (helped != null) {
            return helped;
        }
        var named = parsed.subcommand();
        var command = named == null ? null : commands.get(named.commandSpec().name());
        if (named == null || command == null) {
            parsed.commandSpec().commandLine().usage(err);
            return ExitStatus.REFUSED;
        }
        return command.run(named, out, err);
    }

    private static String version() {
        return "weir " + release().orElse("(built from source)") + ", Java " + Runtime.version();
    }

    /// The version of the jar that this class is from; empty for classes in a folder.
    public static Optional<String> release() {
        // Why: the manifest's version reaches no package of a named module; a module has its own.
        ModuleDescriptor module = Program.class.getModule().getDescriptor();
        Optional<String> ofModule = module == null ? Optional.empty() : module.rawVersion();
        return ofModule.or(() -> Optional.ofNullable(Program.class.getPackage().getImplementationVersion()));
    }
}
