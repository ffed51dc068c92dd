package org.svalinn.source.runtime;

import java.util.List;
import org.svalinn.explore.Site;

/** C took more loop iterations and calls than it was given: a loop that does not end, or too small a budget. */
public final class StepLimit extends RuntimeException {
    private static final long serialVersionUID = 1;

    StepLimit(Site site, List<Site> callPath) {
        super("the step budget ran out at " + site + ", called from " + callPath);
    }
}
