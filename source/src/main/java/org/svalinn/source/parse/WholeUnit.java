package org.svalinn.source.parse;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.svalinn.explore.Site;

/** All that a preprocessed unit declares. */
final class WholeUnit implements UnitContent {
    private final List<TopLevel> declarations;
    private final SiteMap sites;
    private final Footprint footprint;
    private final Set<String> types = new HashSet<>();
    private final Set<String> declared = new HashSet<>();
    private final Set<String> defined = new HashSet<>();

    WholeUnit(List<TopLevel> declarations, SiteMap sites, Footprint footprint) {
        this.declarations = List.copyOf(declarations);
        this.sites = sites;
        this.footprint = footprint;
        for (TopLevel declaration : declarations) {
            for (Outline.Name name : declaration.names()) {
                declared.add(name.text());
                if (name.isType()) {
                    types.add(name.text());
                }
                if (name.isDefinition()) {
                    defined.add(name.text());
                }
            }
            declaration.tags().forEach(tag -> declared.add(UnitContent.tagKey(tag)));
        }
    }

    @Override
    public List<TopLevel> declarations() {
        return declarations;
    }

    @Override
    public boolean declares(String key) {
        return declared.contains(key);
    }

    @Override
    public boolean defines(String name) {
        return defined.contains(name);
    }

    @Override
    public boolean isType(String name) {
        return types.contains(name);
    }

    @Override
    public Site site(int offset) {
        return sites.site(offset);
    }

    SiteMap sites() {
        return sites;
    }

    /** The files that the unit was made of. */
    Footprint footprint() {
        return footprint;
    }

    Set<String> declared() {
        return declared;
    }

    Set<String> defined() {
        return defined;
    }
}
