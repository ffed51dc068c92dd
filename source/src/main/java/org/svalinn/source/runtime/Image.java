package org.svalinn.source.runtime;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Site;
import org.svalinn.source.type.CType;
import org.svalinn.source.type.RecordType;

/**
 * A linked program: translation units, and the floor under them. Functions are compiled at their first call, globals
 * placed in memory at their first use; what was placed keeps its address for the life of the image. An image serves
 * one execution at a time.
 */
public interface Image {
    Memory memory();

    /** The execution context of the actor with this index; the same object each time. */
    Cpu cpu(int index);

    /**
     * The function that a call of this name from another file reaches: on the floor if it is there, else in C. A
     * {@code static} function is found if no other is, in the first file that has it.
     *
     * @throws IllegalArgumentException if there is none
     */
    CFunction function(String name);

    /**
     * The function as the named file sees it, {@code static} ones included.
     *
     * @param file relative to the tree, such as {@code mm/mmu_notifier.c}
     */
    CFunction function(String file, String name);

    /** The function that the named file defines, also where C calls one of the floor by this name. */
    CFunction definition(String file, String name);

    /** The function whose address this is; null if it is none's. */
    @Nullable CFunction functionAt(long address);

    /** A new function in Java that C can call through a pointer: put its {@link CFunction#address} in a struct. */
    CFunction define(String name, FloorFunction body);

    /** The address of a global variable that is visible to every file. */
    long address(String global);

    /** The address of a global variable as the named file sees it, {@code static} ones included. */
    long address(String file, String global);

    /** The name of the global at an address that the loaded files use but none of them defines; null if none is. */
    @Nullable String undefinedGlobalAt(long address);

    /**
     * The layout of a struct or union, from the first unit that defines it.
     *
     * @param type such as {@code struct mm_struct} or a typedef's name
     * @throws IllegalArgumentException if no unit defines it
     */
    RecordType layout(String type);

    /**
     * What the result of a call that gives {@code void *} is used as: how an allocator's caller says what it allocates.
     *
     * @param call where the call is, in code that has been compiled
     */
    @Nullable RecordType objectTypeAt(Site call);

    /** A variable with static storage that has been placed. */
    record Global(String name, CType type, long address) {}

    /** The variable with static storage that holds this address; null if there is none. */
    @Nullable Global globalAt(long address);

    /** The value of an enumeration constant, from the first unit that declares it. */
    long enumerator(String name);

    /** For a site in a function that was inlined, where that function was called; null for any other site. */
    @Nullable Site inlinedAt(Site site);

    /** Every function that has been called, in order of its first call. */
    List<CFunction> executed();
}
