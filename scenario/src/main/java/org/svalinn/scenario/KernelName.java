package org.svalinn.scenario;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.svalinn.kernel.design.Design;
import org.svalinn.kernel.design.Omission;
import org.svalinn.kernel.design.Variant;
import org.svalinn.source.tree.BadInput;

/** Which kernel, as people name it. */
public sealed interface KernelName {
    /** What a name of a reference kernel begins with; the name of its design follows. */
    String REFERENCE = "reference:";

    /** The name of the newest source package of the distribution. */
    String PACKAGE = "source";

    /** The kernel where nobody names one: needs nothing but Java. */
    String USUAL = REFERENCE + Design.V5_18.name();

    /** The name by which the kernel is found again: {@code reference:v5.18}, {@code source}, or a path. */
    String text();

    /** The reference kernel. */
    record Reference(Variant variant) implements KernelName {
        @Override
        public String text() {
            return REFERENCE + variant.design().name();
        }
    }

    /**
     * The kernel's own C.
     *
     * @param path a directory or archive; empty for the newest source package of the distribution
     * @param patches unified diffs, applied in order
     */
    record Source(Optional<Path> path, List<Path> patches) implements KernelName {
        public Source {
            patches = List.copyOf(patches);
        }

        @Override
        public String text() {
            return path.map(Path::toString).orElse(PACKAGE);
        }
    }

    /** The names that are not paths. */
    static List<String> all() {
        return Stream.concat(Design.ALL.stream().map(design -> REFERENCE + design.name()), Stream.of(PACKAGE)).toList();
    }

    /** The names of all omissions. */
    static List<String> omissions() {
        return Arrays.stream(Omission.values()).map(Omission::text).toList();
    }

    /** Whether this names a reference kernel, of whatever design. */
    static boolean isReference(String text) {
        return text.startsWith(REFERENCE);
    }

    /**
     * The kernel of that name.
     *
     * @param text {@code reference:} and a design, {@code source}, or else a path
     * @param patches for a source kernel
     * @param without the names of omissions, for a reference kernel
     * @throws BadInput in one line, when there is no such kernel
     */
    static KernelName of(String text, List<Path> patches, List<String> without) {
        if (isReference(text)) {
            if (!patches.isEmpty()) {
                throw new BadInput("a patch needs a source kernel: '" + text + "' has no C; --kernel " + PACKAGE
                        + " takes the distribution's, --kernel PATH a tree of yours");
            }
            return new Reference(new Variant(design(text.substring(REFERENCE.length())), omissions(without)));
        }
        if (!without.isEmpty()) {
            throw new BadInput("only a reference kernel can do without '" + without.getFirst() + "': out of '" + text
                    + "', which is C, a patch can take it");
        }
        if (text.equals(PACKAGE)) {
            return new Source(Optional.empty(), patches);
        }
        if (isNearReference(text) && !Files.exists(Path.of(text))) {
            throw new BadInput("there is no '" + text + "'; reference kernels are named "
                    + String.join(", ", Design.ALL.stream().map(design -> REFERENCE + design.name()).toList()));
        }
        return new Source(Optional.of(Path.of(text)), patches);
    }

    /** A design without what it begins with, or that in other letters. */
    private static boolean isNearReference(String text) {
        return Design.find(text).isPresent() || text.toLowerCase(Locale.ROOT).startsWith("reference");
    }

    private static Design design(String name) {
        return Design.find(name).orElseThrow(() -> new BadInput("unknown design '" + name + "'; known: "
                + String.join(", ", Design.ALL.stream().map(Design::name).toList())));
    }

    private static Set<Omission> omissions(List<String> names) {
        EnumSet<Omission> omissions = EnumSet.noneOf(Omission.class);
        for (String name : names) {
            omissions.add(Omission.find(name).orElseThrow(() ->
                    new BadInput("unknown omission '" + name + "'; known: " + String.join(", ", omissions()))));
        }
        return omissions;
    }
}
