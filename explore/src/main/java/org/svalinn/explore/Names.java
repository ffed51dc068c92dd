package org.svalinn.explore;

import java.util.ArrayList;
import java.util.List;

/** The names of the actors of an execution, told apart: the second {@code worker} is {@code worker#2}. */
final class Names {
    private Names() {}

    static List<String> of(Roster roster) {
        List<String> names = new ArrayList<>();
        for (int actor = 0; actor < roster.size(); actor++) {
            names.add(of(roster, actor));
        }
        return names;
    }

    static String of(Roster roster, int actor) {
        String name = roster.get(actor).actor().name();
        int namesakes = 1;
        for (int earlier = 0; earlier < actor; earlier++) {
            if (roster.get(earlier).actor().name().equals(name)) {
                namesakes++;
            }
        }
        return namesakes == 1 ? name : name + "#" + namesakes;
    }

    /** The actor with that name, or -1. */
    static int find(Roster roster, String name) {
        return of(roster).indexOf(name);
    }
}
