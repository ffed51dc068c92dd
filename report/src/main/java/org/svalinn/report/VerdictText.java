package org.svalinn.report;

import java.util.List;
import org.svalinn.explore.Coverage;
import org.svalinn.explore.Verdict;

/** A verdict as a person reads it: what it is, what it covers, and for each violation how it comes about. */
public final class VerdictText {
    private static final int LABEL = 10;

    private final Page page;
    private final boolean everyStep;
    private final String command;

    /**
     * @param width columns of the screen
     * @param everyStep whether a counterexample shows all of its steps, or those that matter
     * @param command what the user calls this program, for the commands that the text proposes
     */
    public VerdictText(Style style, int width, boolean everyStep, String command) {
        this.page = new Page(style, width);
        this.everyStep = everyStep;
        this.command = command;
    }

    /** The whole text, with a line end at its end. Each instance writes one. */
    public String of(Finding finding) {
        headline(finding);
        page.blank();
        switch (finding.verdict()) {
            case Verdict.Verified verified -> {
                covered(verified.coverage());
                within(finding);
                labelled("Proved", (finding.bounds().isEmpty() ? "no interleaving" : "within these bounds, no interleaving")
                        + " of this scenario violates any check.");
            }
            case Verdict.Bounded bounded -> {
                covered(bounded.coverage());
                within(finding);
                labelled("Cut by", bounded.limit() + ". Nothing was violated in what was covered, which proves nothing of the"
                        + " rest; --max-executions and --max-time raise the limits.");
            }
            case Verdict.Vacuous vacuous -> {
                covered(vacuous.coverage());
                labelled("Missed", "no execution reached what the scenario is about: "
                        + String.join(", ", vacuous.missed().stream().sorted().toList())
                        + (finding.explanation().isEmpty() ? "" : ". " + finding.explanation()) + ". So nothing is proved.");
            }
            case Verdict.Error error -> error(error, finding.explanation());
            case Verdict.Violated violated -> violated(violated, finding);
        }
        return page.toString();
    }

    /** The word for a verdict that people and scripts see. */
    public static String word(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Verified _ -> "VERIFIED";
            case Verdict.Bounded _ -> "BOUNDED";
            case Verdict.Violated _ -> "VIOLATED";
            case Verdict.Vacuous _ -> "VACUOUS";
            case Verdict.Error _ -> "ERROR";
        };
    }

    private void headline(Finding finding) {
        Style style = page.style();
        String word = word(finding.verdict());
        List<String> lines = Page.wrap(finding.subject().inWords(), page.width() - LABEL);
        String set = switch (finding.verdict()) {
            case Verdict.Verified _ -> style.good(word);
            case Verdict.Violated _ -> style.bad(word);
            default -> style.doubtful(word);
        };
        page.line(set + " ".repeat(LABEL - word.length()) + lines.getFirst());
        lines.stream().skip(1).forEach(line -> page.line(" ".repeat(LABEL) + line));
    }

    private void labelled(String label, String words) {
        page.paragraph(label, LABEL, words);
    }

    private void covered(Coverage coverage) {
        labelled("Covered", CoverageText.of(coverage));
    }

    private void within(Finding finding) {
        if (!finding.bounds().isEmpty()) {
            labelled("Within", String.join("; ", finding.bounds()));
        }
    }

    private void error(Verdict.Error error, String explanation) {
        List<String> lines = error.message().lines().toList();
        labelled("Stopped", lines.isEmpty() ? "for no reason that it gave" : lines.getFirst());
        lines.stream().skip(1).forEach(line -> page.line(" ".repeat(LABEL) + line));
        if (!explanation.isEmpty()) {
            labelled("", explanation);
        }
        if (error.coverage().executions() > 0) {
            covered(error.coverage());
        }
        labelled("Proved", "nothing: what cannot be run as it is stops the search, by name.");
    }

    private void violated(Verdict.Violated violated, Finding finding) {
        covered(violated.coverage());
        within(finding);
        int count = violated.counterexamples().size();
        labelled("Found", Numbers.of(count, "violation", "distinct violations")
                + (violated.complete()
                        ? ". Every interleaving was explored: there is no other."
                        : ". The search ended before every interleaving was explored, at a limit or by --first:"
                                + " there may be more."));
        int index = 0;
        for (Verdict.Counterexample counterexample : violated.counterexamples()) {
            page.blank();
            new ViolationText(page).print(
                    counterexample.violation(), count == 1 ? "" : (index + 1) + " of " + count);
            page.blank();
            new ScheduleColumns(page, everyStep).print(counterexample);
            page.blank();
            replay(finding.replayOf(index));
            index++;
        }
    }

    private void replay(String file) {
        if (file.isEmpty()) {
            page.line("  Its schedule could not be saved, so there is no command to replay it.");
            return;
        }
        page.line("  Replay it:  " + page.style().bold(command + " replay " + file));
        page.line("              (--step: one step at a time"
                + (everyStep ? "" : "; check --all-steps: all of them here") + ")");
    }
}
