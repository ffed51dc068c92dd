package org.svalinn.source.parse;

import java.util.List;

/**
 * A declaration at file scope that may not have been parsed yet.
 *
 * @param start its first offset in the unit's text
 * @param end the offset behind it
 * @param names the ordinary identifiers it declares
 * @param tags the structures, unions and enumerations it defines
 */
record TopLevel(int start, int end, List<Outline.Name> names, List<String> tags) {
    TopLevel {
        names = List.copyOf(names);
        tags = List.copyOf(tags);
    }
}
