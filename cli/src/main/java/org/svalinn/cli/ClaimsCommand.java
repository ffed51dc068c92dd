package org.svalinn.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.svalinn.report.Answer;
import org.svalinn.report.ClaimsText;
import org.svalinn.report.JsonReport;
import org.svalinn.scenario.Claim;
import org.svalinn.scenario.Claims;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "claims",
        header = "Answer the eight claims and questions of the mail that Svalinn is about, with evidence.",
        description = {
            "",
            "In April 2022 the kernel's developers argued about when a PASID may be freed. Runs what each claim rests on, on the "
                    + "reference kernel: searches of every interleaving, who holds what, and a simulation where it is a matter of "
                    + "cost. An answer is given only if all of its evidence comes out as it must.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${ROOT-COMMAND-NAME} claims",
            "  ${ROOT-COMMAND-NAME} claims 2 8",
            "  ${ROOT-COMMAND-NAME} claims --format json",
            "",
            "Exit status: 0 when every claim was answered, 3 when one was not, 2 for bad usage."
        })
final class ClaimsCommand implements Callable<Integer> {
    private final Environment environment;

    @Mixin private FormatOption format = new FormatOption();

    @Option(names = "--brief", description = "Claims and answers without what was run, and how it came about.")
    private boolean brief;

    @Parameters(arity = "0..*", paramLabel = "NUMBER", description = "Claims, from 1 to 8. Default: all.")
    private List<Integer> numbers = new ArrayList<>();

    ClaimsCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        List<Claim> claims = chosen();
        Progress progress = new Progress(environment);
        progress.tellWhenInterrupted();
        List<Answer> answers = new ArrayList<>();
        try {
            Claimant claimant = new Claimant(environment, progress);
            for (Claim claim : claims) {
                Answer answer = claimant.answer(claim);
                progress.clear();
                if (!format.isJson()) {
                    ClaimsText text = new ClaimsText(environment.terminal().style(), environment.terminal().columns());
                    environment.out().print((answers.isEmpty() ? "" : "\n") + (brief ? text.brief(answer) : text.of(answer)));
                    environment.out().flush();
                }
                answers.add(answer);
            }
        } finally {
            progress.done();
        }
        int status = answers.stream().allMatch(Answer::stands) ? ExitStatus.VERIFIED : ExitStatus.UNPROVED;
        environment.out().print(format.isJson()
                ? new JsonReport(environment.version()).claims(answers, status)
                : "\n" + ClaimsText.summary(answers) + "\n");
        return status;
    }

    private List<Claim> chosen() {
        List<Claim> all = Claims.all();
        for (int number : numbers) {
            if (number < 1 || number > all.size()) {
                throw new BadUsage("there is no claim " + number + "; they are numbered from 1 to " + all.size());
            }
        }
        return numbers.isEmpty() ? all : numbers.stream().map(number -> all.get(number - 1)).toList();
    }
}
