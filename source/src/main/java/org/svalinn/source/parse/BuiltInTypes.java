package org.svalinn.source.parse;

import java.util.Set;

/** Identifiers that name types without a declaration, or stand where a type stands. */
final class BuiltInTypes {
    private static final Set<String> NAMES =
            Set.of("__builtin_va_list", "__int128_t", "__uint128_t", "__auto_type", "__label__");

    private BuiltInTypes() {}

    static boolean has(String name) {
        return NAMES.contains(name);
    }
}
