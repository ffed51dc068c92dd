package org.svalinn.source.type;

/**
 * A member of a struct or union as it is declared.
 *
 * @param name empty if it has none
 * @param isPacked whether an attribute of its own packs it
 * @param alignment an attribute's; 0 when it has none
 * @param width in bits; -1 when it is not a bit-field
 */
public record Member(String name, CType type, boolean isPacked, int alignment, int width) {}
