package org.svalinn.source.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.svalinn.source.node.Address;
import org.svalinn.source.node.Block;
import org.svalinn.source.node.Statement;
import org.svalinn.source.node.Statements;
import org.svalinn.source.parse.InlineAssembly;
import org.svalinn.source.type.CType;

/**
 * Inline assembly. An empty template is a compiler barrier, or by a matching constraint a move; barriers and hints of
 * arm64 do nothing in a memory that is sequentially consistent, and a store-release or load-acquire is a volatile
 * access. Anything else is unmodelled when it is reached.
 */
final class Assembly {
    private static final Pattern NOTHING = Pattern.compile(
            "//.*|(dmb|dsb|isb|yield|nop|hint|wfe|wfi|sev|sevl|prfm|csdb|sb|esb|psb|tsb)\\b.*");

    private static final int LONGEST_QUOTE = 80;
    private static final Pattern STORE_RELEASE = Pattern.compile("stlr[bh]? %w?1, %0");
    private static final Pattern LOAD_ACQUIRE = Pattern.compile("ldar[bh]? %w?0, %1");

    private final Lowering lowering;
    private final InlineAssembly assembly;

    Assembly(Lowering lowering, InlineAssembly assembly) {
        this.lowering = lowering;
        this.assembly = assembly;
    }

    Statement statement() {
        if (STORE_RELEASE.matcher(assembly.template().strip()).matches()) {
            return move(marked(output(0)), input(0));
        }
        if (LOAD_ACQUIRE.matcher(assembly.template().strip()).matches()) {
            return move(output(0), marked(input(0)));
        }
        List<String> instructions = assembly.template()
                .replace("\\n", "\n")
                .replace("\\t", " ")
                .replace("\t", " ")
                .replace(";", "\n")
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        boolean isKnown = instructions.stream().allMatch(line -> NOTHING.matcher(line).matches());
        if (!isKnown || assembly.isGoto()) {
            throw new CompileProblem("inline assembly \"" + clipped(String.join("; ", instructions)) + "\"", assembly);
        }
        return Block.of(moves());
    }

    private static String clipped(String text) {
        return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "...";
    }

    private List<Statement> moves() {
        var moves = new ArrayList<Statement>();
        for (InlineAssembly.Operand input : assembly.inputs()) {
            if (!input.constraint().matches("[0-9]")) {
                moves.add(new Statements.Evaluate(lowering.expressions().effect(input.value())));
                continue;
            }
            moves.add(move(
                    output(Integer.parseInt(input.constraint())),
                    lowering.expressions().term(input.value())));
        }
        return moves;
    }

    private Term output(int index) {
        return lowering.expressions().term(assembly.outputs().get(index).value());
    }

    private Term input(int index) {
        return lowering.expressions().term(assembly.inputs().get(index).value());
    }

    private static Term marked(Term term) {
        return term instanceof Term.Place(CType type, Address address, var bits)
                ? new Term.Place(type.qualified(false, true), address, bits)
                : term;
    }

    private Statement move(Term to, Term from) {
        Term moved = lowering.places().assign(to, from, assembly);
        return new Statements.Evaluate(lowering.places().value(moved, assembly));
    }
}
