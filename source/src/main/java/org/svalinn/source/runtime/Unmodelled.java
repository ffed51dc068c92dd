package org.svalinn.source.runtime;

import java.util.List;
import org.svalinn.explore.Site;

/**
 * The executed C reached something that is neither loaded nor on the floor, or that the compiler cannot translate.
 * The run stops here: to guess would be to lie.
 */
public final class Unmodelled extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Site site;
    private final transient List<Site> callPath;

    /**
     * @param what what is missing, by name
     * @param site where it was needed
     * @param callPath the calls that led there, innermost first
     */
    public Unmodelled(String what, Site site, List<Site> callPath) {
        super(message(what, site, callPath));
        this.site = site;
        this.callPath = List.copyOf(callPath);
    }

    private static String message(String what, Site site, List<Site> callPath) {
        var text = new StringBuilder(what).append(" at ").append(site);
        callPath.forEach(call -> text.append("\n  called from ").append(call));
        return text.toString();
    }

    public Site site() {
        return site;
    }

    public List<Site> callPath() {
        return callPath;
    }
}
