package org.svalinn.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "completion",
        header = "Print a script that completes commands and options in bash and zsh.",
        description = {""},
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${ROOT-COMMAND-NAME} completion > ~/.local/share/bash-completion/completions/svalinn",
            "  source <(${ROOT-COMMAND-NAME} completion)"
        })
final class CompletionCommand implements Callable<Integer> {
    private final Environment environment;

    @Spec private @Nullable CommandSpec spec;

    CompletionCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        if (spec == null) {
            throw new IllegalStateException("picocli has not told the command what it is part of");
        }
        environment.out().print(AutoComplete.bash("svalinn", spec.root().commandLine()));
        return ExitStatus.VERIFIED;
    }
}
