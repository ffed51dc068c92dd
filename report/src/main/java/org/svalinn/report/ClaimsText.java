package org.svalinn.report;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Claims with their answers, as people read them. */
public final class ClaimsText {
    private static final String NO_ANSWER = "No answer: the evidence is not what this answer would rest on.";
    private static final int NUMBER = 4;
    private static final int MARK = 8;

    /** How a line of the evidence begins: an actor in its column, or an arrow. */
    private static final Pattern DETAIL = Pattern.compile("=> |\\S+(?: \\S+)* {2,}");

    private final Page page;
    private final Style style;

    /** @param width columns of the screen */
    public ClaimsText(Style style, int width) {
        this.page = new Page(style, width);
        this.style = style;
    }

    /** One claim. Each instance writes one. */
    public String of(Answer answer) {
        page.paragraph(answer.claim().number() + ".", NUMBER, answer.claim().words(), style::bold);
        page.blank();
        if (answer.stands()) {
            page.paragraph("", NUMBER, answer.claim().answer(), style::good);
            page.paragraph("", NUMBER, answer.claim().because());
        } else {
            page.paragraph("", NUMBER, NO_ANSWER, style::bad);
        }
        page.blank();
        answer.proofs().forEach(this::proof);
        return page.toString();
    }

    private void proof(Answer.Proof proof) {
        page.paragraph(
                " ".repeat(NUMBER) + (proof.asExpected() ? "  - " : "  ! "),
                MARK,
                briefly(proof));
        page.paragraph("", MARK, proof.what() + ": " + proof.found(), style::dim);
        proof.details().forEach(this::detail);
        if (!proof.command().isEmpty()) {
            page.line(style.dim(" ".repeat(MARK) + proof.command()));
        }
    }

    /** What is wrapped goes on below the words, not below who they are about. */
    private void detail(String detail) {
        Matcher parts = DETAIL.matcher(detail);
        String lead = " ".repeat(MARK + 2) + (parts.lookingAt() ? parts.group() : "");
        page.paragraph(lead, lead.length(), detail.substring(lead.length() - MARK - 2));
    }

    /** One claim and its answer, and how much evidence there is, without the evidence. */
    public String brief(Answer answer) {
        page.paragraph(answer.claim().number() + ".", NUMBER, answer.claim().words(), style::bold);
        page.paragraph(
                "",
                NUMBER,
                answer.stands() ? answer.claim().answer() : NO_ANSWER,
                answer.stands() ? style::good : style::bad);
        String shown = answer.proofs().stream().map(ClaimsText::briefly).collect(Collectors.joining("; "));
        page.paragraph("", NUMBER, shown + ".", style::dim);
        return page.toString();
    }

    private static String briefly(Answer.Proof proof) {
        return (proof.asExpected() ? "" : "not shown: ") + proof.shows();
    }

    /** All of them in a line. */
    public static String summary(List<Answer> answers) {
        long standing = answers.stream().filter(Answer::stands).count();
        return Numbers.of(answers.size(), "claim or question", "claims and questions") + ": " + standing + " answered"
                + (standing == answers.size() ? "" : ", " + (answers.size() - standing) + " not");
    }
}
