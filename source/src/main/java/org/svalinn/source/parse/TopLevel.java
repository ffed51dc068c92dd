package org.svalinn.source.parse;

import java.util.List;

/**
 * A declaration at file scope that may not have been parsed yet.
 *
 * @param ordinal which declaration of its unit it is, from 0
 * @param start its first offset in the unit's text
 * @param text its own text
 * @param names the ordinary identifiers it declares
 * @param tags the structures, unions and enumerations it defines
 */
record TopLevel(int ordinal, int start, String text, List<Outline.Name> names, List<String> tags) {
    TopLevel {
        names = List.copyOf(names);
        tags = List.copyOf(tags);
    }
}
