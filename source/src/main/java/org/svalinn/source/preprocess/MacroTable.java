package org.svalinn.source.preprocess;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The macros that are defined at one point of one translation unit. */
final class MacroTable {
    private final Map<String, Definition> definitions = new HashMap<>();
    private final Set<String> fixed = new HashSet<>();

    @Nullable Definition find(String name) {
        return definitions.get(name);
    }

    boolean isDefined(String name) {
        return definitions.containsKey(name);
    }

    /** Defines a macro, unless its name is fixed. */
    void define(Macro macro) {
        if (!fixed.contains(macro.name())) {
            definitions.put(macro.name(), new Definition(macro));
        }
    }

    /** Defines a macro that no later {@code #define} or {@code #undef} changes. */
    void fix(Macro macro) {
        definitions.put(macro.name(), new Definition(macro));
        fixed.add(macro.name());
    }

    void undefine(String name) {
        if (!fixed.contains(name)) {
            definitions.remove(name);
        }
    }

    /** A macro, and whether it is being expanded just now. */
    static final class Definition {
        private final Macro macro;
        private boolean active;

        Definition(Macro macro) {
            this.macro = macro;
        }

        Macro macro() {
            return macro;
        }

        boolean isActive() {
            return active;
        }

        void setActive(boolean active) {
            this.active = active;
        }
    }
}
