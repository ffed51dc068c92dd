package org.svalinn.report;

import org.svalinn.explore.Violation;

/** A violation: the check, what it saw, and every party to it with its call path. */
final class ViolationText {
    private static final int INDENT = 2;
    private static final int PATH_INDENT = 6;

    private final Page page;

    ViolationText(Page page) {
        this.page = page;
    }

    /** @param which its place among several, such as {@code 1 of 2}, or empty */
    void print(Violation violation, String which) {
        page.line(page.style().bold("Violation" + (which.isEmpty() ? "" : " " + which) + ": ")
                + page.style().bad(violation.check()));
        page.paragraph("", INDENT, violation.message());
        for (Violation.End end : violation.ends()) {
            page.blank();
            CallPath path = new CallPath(end.path());
            String where = path.tellingCall()
                    .map(site -> ", in " + site.function() + (site.file().isEmpty() ? "" : " at " + CallPath.at(site)))
                    .orElse("");
            page.paragraph("", INDENT, role(end) + where, page.style()::bold);
            if (end.path().size() > 1) {
                path.print(page, PATH_INDENT);
            }
        }
    }

    /** {@code freed by rcu}, {@code sleeps: parent}. */
    private static String role(Violation.End end) {
        return end.role() + (end.role().endsWith(" by") ? " " : ": ") + end.actor();
    }
}
