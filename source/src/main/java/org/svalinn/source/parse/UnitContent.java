package org.svalinn.source.parse;

import java.util.List;
import org.svalinn.explore.Site;

/** What is known of a preprocessed unit: all of it, or the slice of it that was of use before. */
sealed interface UnitContent permits WholeUnit, Slice {
    /** The declarations that are here, in the order of the text. */
    List<TopLevel> declarations();

    /** Whether the unit declares an ordinary identifier, or defines a tag, with what is here or what is not. */
    boolean declares(String key);

    /** Whether the unit defines a function or a variable of that name. */
    boolean defines(String name);

    /** Whether an identifier names a type. Right for the identifiers in the declarations that are here. */
    boolean isType(String name);

    /** Where the token at an offset of the unit's text comes from. Right for the declarations that are here. */
    Site site(int offset);

    /** What stands for a tag where identifiers and tags are together. */
    static String tagKey(String tag) {
        return "tag " + tag;
    }
}
