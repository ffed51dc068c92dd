package org.svalinn.source.tree;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the parts of a compressed tar archive that are worth decompressing.
 *
 * <p>An archive of a kernel is nearly all drivers, and its entries are in order: of the two entries that begin two
 * blocks it can be told what lies between them. A part is left out when nothing wanted can be there. That an archive
 * is in order is not taken for granted but seen by the entries that begin its blocks; one that is not is read whole.
 * There are two orders in use, that of whole paths and that of one folder's names after the other, which differ in
 * whether {@code a-b} is before {@code a/c}; what either order could have between two entries is kept.
 */
final class Excerpt {
    private static final Comparator<String> BY_PATH = Comparator.naturalOrder();
    private static final Comparator<String> BY_NAME = Comparator.comparing((String path) -> path.replace('/', '\1'));

    private final List<Piece> pieces = new ArrayList<>();

    /** The first entry whose header is in a block, and where in the block that is. */
    record Start(String path, long offset) {}

    /** Bytes of one block, from and to given from the block's beginning. */
    record Piece(int block, long from, long to) {
        long length() {
            return to - from;
        }
    }

    private Excerpt() {}

    /**
     * The pieces that, one behind the other, are a tar archive with all wanted entries.
     *
     * @param starts one for each block, null where it is not known
     * @param sizes the sizes of the blocks
     */
    static List<Piece> choose(List<@Nullable Start> starts, long[] sizes) {
        List<Integer> known = new ArrayList<>();
        List<@Nullable String> paths = new ArrayList<>();
        for (int block = 0; block < starts.size(); block++) {
            Start start = starts.get(block);
            if (start != null) {
                known.add(block);
                paths.add(Paths.resolve("", start.path()));
            }
        }
        Excerpt excerpt = new Excerpt();
        List<String> inTree = withoutRoot(paths);
        if (inTree == null || !(isInOrder(inTree, BY_PATH) || isInOrder(inTree, BY_NAME))) {
            excerpt.add(sizes, 0, 0, sizes.length, 0);
            return excerpt.pieces;
        }
        for (int i = 0; i < known.size(); i++) {
            int block = known.get(i);
            long offset = offset(starts, block);
            if (i == known.size() - 1) { // the archive's end is here too
                excerpt.add(sizes, block, offset, sizes.length, 0);
            } else if (mayHaveWanted(inTree.get(i), inTree.get(i + 1))) {
                int next = known.get(i + 1);
                excerpt.add(sizes, block, offset, next, offset(starts, next));
            }
        }
        return excerpt.pieces;
    }

    private static long offset(List<@Nullable Start> starts, int block) {
        Start start = starts.get(block);
        return start == null ? 0 : start.offset();
    }

    /** The paths without the folder that all are in; null if one leaves the tree or they are in no common folder. */
    private static @Nullable List<String> withoutRoot(List<@Nullable String> paths) {
        List<String> inTree = new ArrayList<>();
        String root = null;
        for (String path : paths) {
            if (path == null) {
                return null;
            }
            String first = path.indexOf('/') < 0 ? path : path.substring(0, path.indexOf('/'));
            root = root == null ? first : root;
            if (!first.equals(root)) {
                return null;
            }
            inTree.add(path.substring(Math.min(path.length(), root.length() + 1)));
        }
        return inTree;
    }

    private static boolean isInOrder(List<String> paths, Comparator<String> order) {
        for (int i = 1; i < paths.size(); i++) {
            if (order.compare(paths.get(i - 1), paths.get(i)) >= 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean mayHaveWanted(String first, String next) {
        return Wanted.places().stream().anyMatch(place -> !isBefore(place, first) && !isBefore(next, place));
    }

    /** Whether {@code one}, with all that is in it, is before {@code other} in either order. */
    private static boolean isBefore(String one, String other) {
        return !other.startsWith(one)
                && BY_PATH.compare(one, other) < 0
                && BY_NAME.compare(one, other) < 0;
    }

    /** Adds what is between an offset of one block and an offset of another. */
    private void add(long[] sizes, int block, long from, int endBlock, long to) {
        for (int i = block; i < endBlock; i++) {
            add(new Piece(i, i == block ? from : 0, sizes[i]));
        }
        if (to > 0) {
            add(new Piece(endBlock, endBlock == block ? from : 0, to));
        }
    }

    private void add(Piece piece) {
        Piece last = pieces.isEmpty() ? null : pieces.getLast();
        if (last != null && last.block() == piece.block() && last.to() == piece.from()) {
            pieces.set(pieces.size() - 1, new Piece(last.block(), last.from(), piece.to()));
        } else {
            pieces.add(piece);
        }
    }
}
