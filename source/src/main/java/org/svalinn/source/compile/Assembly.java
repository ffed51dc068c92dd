package org.svalinn.source.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.svalinn.source.node.Block;
import org.svalinn.source.node.Expression;
import org.svalinn.source.node.Statement;
import org.svalinn.source.node.Statements;
import org.svalinn.source.parse.InlineAssembly;

/**
 * Inline assembly. An empty template is a compiler barrier, or by a matching constraint a move; barriers and hints of
 * arm64 do nothing in a memory that is sequentially consistent. Anything else is unmodelled when it is reached.
 */
final class Assembly {
    private static final Pattern NOTHING = Pattern.compile(
            "(//.*|(dmb|dsb|isb|yield|nop|hint|wfe|wfi|sev|sevl|prfm|csdb|sb|esb|psb|tsb)\\b.*)?");

    private final Lowering lowering;
    private final InlineAssembly assembly;

    Assembly(Lowering lowering, InlineAssembly assembly) {
        this.lowering = lowering;
        this.assembly = assembly;
    }

    Statement statement() {
        boolean isKnown = assembly.template()
                .replace("\\n", "\n")
                .replace("\\t", " ")
                .replace(";", "\n")
                .lines()
                .allMatch(line -> NOTHING.matcher(line.strip()).matches());
        if (!isKnown || assembly.isGoto()) {
            throw new CompileProblem("inline assembly \"" + assembly.template() + "\"", assembly);
        }
        return Block.of(moves());
    }

    private List<Statement> moves() {
        var moves = new ArrayList<Statement>();
        List<InlineAssembly.Operand> outputs = assembly.outputs();
        for (InlineAssembly.Operand input : assembly.inputs()) {
            if (!input.constraint().matches("[0-9]")) {
                moves.add(new Statements.Evaluate(lowering.expressions().effect(input.value())));
                continue;
            }
            InlineAssembly.Operand output = outputs.get(Integer.parseInt(input.constraint()));
            Expression move = lowering.places()
                    .value(
                            lowering.places()
                                    .assign(
                                            lowering.expressions().term(output.value()),
                                            lowering.expressions().term(input.value()),
                                            assembly),
                            assembly);
            moves.add(new Statements.Evaluate(move));
        }
        return moves;
    }
}
