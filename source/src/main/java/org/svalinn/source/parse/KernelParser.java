package org.svalinn.source.parse;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.cdt.core.dom.ast.IASTDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTLabelStatement;
import org.eclipse.cdt.core.dom.ast.IASTName;
import org.eclipse.cdt.core.dom.ast.IASTStatement;
import org.eclipse.cdt.core.dom.ast.IASTTypeId;
import org.eclipse.cdt.internal.core.dom.parser.c.GNUCSourceParser;
import org.eclipse.cdt.core.parser.EndOfFileException;
import org.eclipse.cdt.core.parser.IGCCToken;
import org.eclipse.cdt.core.parser.IScanner;
import org.eclipse.cdt.core.parser.IToken;
import org.eclipse.cdt.core.parser.NullLogService;
import org.eclipse.cdt.core.parser.ParserMode;
import org.eclipse.cdt.internal.core.dom.parser.BacktrackException;
import org.eclipse.cdt.internal.core.dom.parser.DeclarationOptions;
import org.jspecify.annotations.Nullable;

/**
 * CDT's parser of GNU C, and what the kernel uses beyond it: {@code _Generic}, {@code _Static_assert}, inline
 * assembly with its operands, {@code __builtin_offsetof}, {@code __builtin_va_arg},
 * {@code __builtin_types_compatible_p}, attributes after a label.
 */
final class KernelParser extends GNUCSourceParser {
    KernelParser(IScanner scanner) {
        super(scanner, ParserMode.COMPLETE_PARSE, new NullLogService(), new KernelExtensions(), null);
    }

    @Override
    protected IASTExpression primaryExpression(CastExprCtx context, ITemplateIdStrategy strategy)
            throws EndOfFileException, BacktrackException {
        IToken first = LA(1);
        if (first.getType() == IToken.tIDENTIFIER) {
            switch (first.getImage()) {
                case "_Generic":
                    return generic();
                case "__builtin_va_arg":
                    return vaArg();
                case "__builtin_offsetof":
                    return offsetOf();
                case "__builtin_types_compatible_p":
                    return typesCompatible();
                default:
                    break;
            }
        }
        return super.primaryExpression(context, strategy);
    }

    private IASTExpression generic() throws EndOfFileException, BacktrackException {
        int start = consume().getOffset();
        consume(IToken.tLPAREN);
        IASTExpression control = constantExpression();
        List<@Nullable IASTTypeId> types = new ArrayList<>();
        List<IASTExpression> values = new ArrayList<>();
        while (LT(1) == IToken.tCOMMA) {
            consume();
            if (LT(1) == IToken.t_default) {
                consume();
                types.add(null);
            } else {
                hideAssociationColon();
                types.add(requiredTypeId());
            }
            consume(IToken.tCOLON, IToken.tCOMMA);
            values.add(constantExpression());
        }
        return setRange(new Generic(control, types, values), start, consume(IToken.tRPAREN).getEndOffset());
    }

    /** CDT takes a colon after a type for a bit-field and gives up: makes the next one at this depth a comma. */
    private void hideAssociationColon() throws EndOfFileException, BacktrackException {
        int depth = 0;
        for (int i = 1; ; i++) {
            IToken token = LA(i);
            switch (token.getType()) {
                case IToken.tLPAREN, IToken.tLBRACKET, IToken.tLBRACE -> depth++;
                case IToken.tRPAREN, IToken.tRBRACKET, IToken.tRBRACE -> depth--;
                default -> {}
            }
            if (depth < 0 || token.getType() == IToken.tSEMI) {
                throwBacktrack(token);
            }
            if (depth == 0 && token.getType() == IToken.tCOLON) {
                token.setType(IToken.tCOMMA);
            }
            if (depth == 0 && token.getType() == IToken.tCOMMA) {
                return;
            }
        }
    }

    private IASTExpression vaArg() throws EndOfFileException, BacktrackException {
        int start = consume().getOffset();
        consume(IToken.tLPAREN);
        IASTExpression list = constantExpression();
        consume(IToken.tCOMMA);
        IASTTypeId type = requiredTypeId();
        return setRange(new VaArg(list, type), start, consume(IToken.tRPAREN).getEndOffset());
    }

    private IASTExpression offsetOf() throws EndOfFileException, BacktrackException {
        int start = consume().getOffset();
        consume(IToken.tLPAREN);
        IASTTypeId type = requiredTypeId();
        consume(IToken.tCOMMA);
        IASTExpression member = constantExpression();
        return setRange(new OffsetOf(type, member), start, consume(IToken.tRPAREN).getEndOffset());
    }

    private IASTExpression typesCompatible() throws EndOfFileException, BacktrackException {
        int start = consume().getOffset();
        consume(IToken.tLPAREN);
        IASTTypeId first = requiredTypeId();
        consume(IToken.tCOMMA);
        IASTTypeId second = requiredTypeId();
        return setRange(new TypesCompatible(first, second), start, consume(IToken.tRPAREN).getEndOffset());
    }

    /** CDT's {@code typeId} gives null where there is no type. */
    private IASTTypeId requiredTypeId() throws EndOfFileException, BacktrackException {
        @Nullable IASTTypeId type = typeId(DeclarationOptions.TYPEID);
        if (type == null) {
            throwBacktrack(LA(1));
            throw backtrack;
        }
        return type;
    }

    @Override
    protected IASTDeclaration declaration(DeclarationOptions options) throws EndOfFileException, BacktrackException {
        return isAtStaticAssertion() ? staticAssertion() : super.declaration(options);
    }

    /** CDT would take a static assertion among statements for a call. */
    @Override
    protected IASTStatement parseDeclarationOrExpressionStatement() throws EndOfFileException, BacktrackException {
        if (!isAtStaticAssertion()) {
            return super.parseDeclarationOrExpressionStatement();
        }
        IASTDeclaration assertion = staticAssertion();
        return setRange(getNodeFactory().newDeclarationStatement(assertion), assertion);
    }

    private boolean isAtStaticAssertion() throws EndOfFileException {
        IToken first = LA(1);
        return first.getType() == IToken.tIDENTIFIER && first.getImage().equals("_Static_assert");
    }

    private IASTDeclaration staticAssertion() throws EndOfFileException, BacktrackException {
        int start = consume().getOffset();
        consume(IToken.tLPAREN);
        IASTExpression condition = constantExpression();
        String message = "";
        if (LT(1) == IToken.tCOMMA) {
            consume();
            message = literals();
        }
        consume(IToken.tRPAREN);
        return setRange(
                new StaticAssertion(condition, message), start, consume(IToken.tSEMI).getEndOffset());
    }

    @Override
    protected IASTDeclaration asmDeclaration() throws EndOfFileException, BacktrackException {
        int start = consume().getOffset();
        boolean isVolatile = false;
        boolean isGoto = false;
        for (int next = LT(1); next != IToken.tLPAREN; next = LT(1)) {
            isVolatile |= next == IToken.t_volatile;
            isGoto |= next == IToken.t_goto;
            if (next != IToken.t_volatile && next != IToken.t_goto && next != IToken.t_inline) {
                throwBacktrack(LA(1));
            }
            consume();
        }
        consume(IToken.tLPAREN);
        String template = literals();
        List<InlineAssembly.Operand> outputs = new ArrayList<>();
        List<InlineAssembly.Operand> inputs = new ArrayList<>();
        List<String> clobbers = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        int section = 0;
        while (LT(1) != IToken.tRPAREN) {
            section += consume(IToken.tCOLON, IToken.tCOLONCOLON).getType() == IToken.tCOLON ? 1 : 2;
            if (endOfAssemblySection()) {
                continue;
            }
            while (true) {
                switch (section) {
                    case 1 -> outputs.add(operand());
                    case 2 -> inputs.add(operand());
                    case 3 -> clobbers.add(literals());
                    default -> labels.add(consume(IToken.tIDENTIFIER).getImage());
                }
                if (LT(1) != IToken.tCOMMA) {
                    break;
                }
                consume();
            }
        }
        consume(IToken.tRPAREN);
        int end = consume(IToken.tSEMI).getEndOffset();
        InlineAssembly.Text text = new InlineAssembly.Text(template, isVolatile, isGoto, clobbers, labels);
        return setRange(new InlineAssembly(text, outputs, inputs), start, end);
    }

    private boolean endOfAssemblySection() throws EndOfFileException {
        int next = LT(1);
        return next == IToken.tCOLON || next == IToken.tCOLONCOLON || next == IToken.tRPAREN;
    }

    private InlineAssembly.Operand operand() throws EndOfFileException, BacktrackException {
        String name = "";
        if (LT(1) == IToken.tLBRACKET) {
            consume();
            name = consume(IToken.tIDENTIFIER).getImage();
            consume(IToken.tRBRACKET);
        }
        String constraint = literals();
        consume(IToken.tLPAREN);
        IASTExpression value = expression();
        consume(IToken.tRPAREN);
        return new InlineAssembly.Operand(name, constraint, value);
    }

    /** The adjacent string literals that come next, without quotes, joined. */
    private String literals() throws EndOfFileException, BacktrackException {
        StringBuilder joined = new StringBuilder();
        do {
            String literal = consume(IToken.tSTRING).getImage();
            joined.append(literal, literal.indexOf('"') + 1, literal.length() - 1);
        } while (LT(1) == IToken.tSTRING);
        return joined.toString();
    }

    @Override
    protected IASTStatement parseLabelStatement() throws EndOfFileException, BacktrackException {
        if (LT(3) != IGCCToken.t__attribute__) {
            return super.parseLabelStatement();
        }
        int start = LA(1).getOffset();
        IASTName name = identifier();
        consume(IToken.tCOLON);
        anyAttributes(true, false);
        IASTStatement labelled = statement();
        IASTLabelStatement label = getNodeFactory().newLabelStatement(name, labelled);
        return setRange(label, start, calculateEndOffset(labelled));
    }
}
