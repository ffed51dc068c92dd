package org.svalinn.source.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.eclipse.cdt.core.dom.ast.IASTBinaryExpression;
import org.eclipse.cdt.core.dom.ast.IASTBreakStatement;
import org.eclipse.cdt.core.dom.ast.IASTCaseStatement;
import org.eclipse.cdt.core.dom.ast.IASTCompoundStatement;
import org.eclipse.cdt.core.dom.ast.IASTContinueStatement;
import org.eclipse.cdt.core.dom.ast.IASTDeclarationStatement;
import org.eclipse.cdt.core.dom.ast.IASTDefaultStatement;
import org.eclipse.cdt.core.dom.ast.IASTDoStatement;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTExpressionStatement;
import org.eclipse.cdt.core.dom.ast.IASTForStatement;
import org.eclipse.cdt.core.dom.ast.IASTGotoStatement;
import org.eclipse.cdt.core.dom.ast.IASTIfStatement;
import org.eclipse.cdt.core.dom.ast.IASTInitializerClause;
import org.eclipse.cdt.core.dom.ast.IASTLabelStatement;
import org.eclipse.cdt.core.dom.ast.IASTNullStatement;
import org.eclipse.cdt.core.dom.ast.IASTReturnStatement;
import org.eclipse.cdt.core.dom.ast.IASTStatement;
import org.eclipse.cdt.core.dom.ast.IASTSwitchStatement;
import org.eclipse.cdt.core.dom.ast.IASTWhileStatement;
import org.eclipse.cdt.core.dom.ast.gnu.IGNUASTCompoundStatementExpression;
import org.jspecify.annotations.Nullable;
import org.svalinn.source.node.Block;
import org.svalinn.source.node.Expression;
import org.svalinn.source.node.Label;
import org.svalinn.source.node.Loop;
import org.svalinn.source.node.Statement;
import org.svalinn.source.node.Statements;
import org.svalinn.source.node.Switch;
import org.svalinn.source.node.Values;
import org.svalinn.source.type.ArrayType;
import org.svalinn.source.type.CType;
import org.svalinn.source.type.IntegerType;
import org.svalinn.source.type.VoidType;

/** From the syntax of statements to executable ones. */
final class StatementCompiler {
    private final Lowering lowering;
    private final LocalDeclarations declarations;
    private @Nullable SwitchBody enclosingSwitch;

    /** The cases met so far of the switch that is being compiled. */
    private static final class SwitchBody {
        final IntegerType type;
        final List<Switch.Case> cases = new ArrayList<>();
        @Nullable Label otherwise;

        SwitchBody(IntegerType type) {
            this.type = type;
        }
    }

    StatementCompiler(Lowering lowering) {
        this.lowering = lowering;
        this.declarations = new LocalDeclarations(lowering);
    }

    /** A statement; one that cannot be translated fails when it is reached. */
    Statement statement(IASTStatement statement) {
        int escapes = lowering.function().escapes();
        Statement translated;
        try {
            translated = translate(statement);
        } catch (CompileProblem problem) {
            return new Statements.Evaluate(lowering.expressions().failure(problem));
        }
        boolean isBlock = statement instanceof IASTCompoundStatement;
        return lowering.function().escapes() == escapes || isBlock
                ? translated
                : new Statements.Escapable(translated);
    }

    private Statement translate(IASTStatement statement) {
        return switch (statement) {
            case IASTCompoundStatement compound ->
                lowering.inNewScope(() -> block(List.of(compound.getStatements())));
            case IASTExpressionStatement expression ->
                new Statements.Evaluate(lowering.expressions().effect(expression.getExpression()));
            case IASTDeclarationStatement declaration -> block(List.of(declaration));
            case IASTNullStatement nothing -> Statements.nothing();
            case IASTReturnStatement result -> returning(result);
            case IASTIfStatement choice -> choice(choice);
            case IASTWhileStatement loop ->
                new Loop(
                        null,
                        condition(loop.getCondition()),
                        null,
                        statement(loop.getBody()),
                        true,
                        lowering.site(loop));
            case IASTDoStatement loop ->
                new Loop(
                        null,
                        condition(loop.getCondition()),
                        null,
                        statement(loop.getBody()),
                        false,
                        lowering.site(loop));
            case IASTForStatement loop -> lowering.inNewScope(() -> forLoop(loop));
            case IASTSwitchStatement choice -> switching(choice);
            case IASTCaseStatement label -> caseLabel(label);
            case IASTDefaultStatement label -> defaultLabel(label);
            case IASTLabelStatement label ->
                new Statements.Labelled(
                        lowering.function().label(label.getName().toString()), statement(label.getNestedStatement()));
            case IASTGotoStatement jump ->
                new Statements.Goto(
                        lowering.function().label(jump.getName().toString()), lowering.site(jump));
            case IASTBreakStatement leave -> Statements.breakOut();
            case IASTContinueStatement next -> Statements.continueLoop();
            default -> throw new CompileProblem("statement " + statement.getClass().getSimpleName(), statement);
        };
    }

    private Expression condition(IASTExpression expression) {
        return lowering.expressions().condition(expression);
    }

    /** Statements of one block, in the current scope. */
    private Statement block(List<? extends IASTStatement> statements) {
        var cleanups = new ArrayList<LocalDeclarations.Cleanup>();
        Statement body = Block.of(translateAll(statements, cleanups));
        return withCleanups(body, cleanups);
    }

    private List<Statement> translateAll(
            List<? extends IASTStatement> statements, List<LocalDeclarations.Cleanup> cleanups) {
        var translated = new ArrayList<Statement>();
        for (IASTStatement statement : statements) {
            if (statement instanceof IASTDeclarationStatement declaration) {
                translated.addAll(escapable(() -> declarations.declare(declaration.getDeclaration(), cleanups)));
            } else {
                translated.add(statement(statement));
            }
        }
        return translated;
    }

    private List<Statement> escapable(Supplier<List<Statement>> translation) {
        int escapes = lowering.function().escapes();
        List<Statement> statements;
        try {
            statements = translation.get();
        } catch (CompileProblem problem) {
            return List.of(new Statements.Evaluate(lowering.expressions().failure(problem)));
        }
        return lowering.function().escapes() == escapes
                ? statements
                : statements.stream().<Statement>map(Statements.Escapable::new).toList();
    }

    private static Statement withCleanups(Statement body, List<LocalDeclarations.Cleanup> cleanups) {
        return cleanups.isEmpty()
                ? body
                : new Statements.Cleanup(
                        body,
                        cleanups.stream().mapToInt(LocalDeclarations.Cleanup::reached).toArray(),
                        cleanups.stream().map(LocalDeclarations.Cleanup::call).toArray(Expression[]::new));
    }

    private Statement returning(IASTReturnStatement statement) {
        IASTInitializerClause argument = statement.getReturnArgument();
        if (argument == null) {
            return new Statements.Return(null);
        }
        Term value = lowering.operators()
                .convert(lowering.expressions().term(argument), lowering.function().result(), statement);
        if (value.type().isVoid()) {
            return Block.of(List.of(
                    new Statements.Evaluate(lowering.operators().effect(value, statement)),
                    new Statements.Return(null)));
        }
        return new Statements.Return(lowering.places().value(value, statement));
    }

    private Statement choice(IASTIfStatement statement) {
        Term condition = lowering.expressions().term(statement.getConditionExpression());
        Statement then = statement(statement.getThenClause());
        IASTStatement otherwiseClause = statement.getElseClause();
        Statement otherwise = otherwiseClause == null ? null : statement(otherwiseClause);
        Boolean known = lowering.operators().knownTruth(condition);
        Statement dropped = known == null ? null : known ? otherwise : then;
        if (known != null && (dropped == null || !dropped.hasLabels())) {
            Statement kept = known ? then : otherwise;
            return kept == null ? Statements.nothing() : kept;
        }
        return new Statements.If(
                lowering.operators().condition(condition, statement.getConditionExpression()), then, otherwise);
    }

    private Statement forLoop(IASTForStatement loop) {
        var cleanups = new ArrayList<LocalDeclarations.Cleanup>();
        IASTStatement initialiser = loop.getInitializerStatement();
        Statement initialisation = initialiser == null
                ? null
                : Block.of(translateAll(List.of(initialiser), cleanups));
        IASTExpression condition = loop.getConditionExpression();
        IASTExpression increment = loop.getIterationExpression();
        Statement translated = new Loop(
                initialisation,
                condition == null ? null : condition(condition),
                increment == null ? null : lowering.expressions().effect(increment),
                statement(loop.getBody()),
                true,
                lowering.site(loop));
        return withCleanups(translated, cleanups);
    }

    private Statement switching(IASTSwitchStatement statement) {
        Term control = lowering.places().decay(lowering.expressions().term(statement.getControllerExpression()));
        IntegerType type = lowering.operators().promoted(control, statement);
        Expression value =
                lowering.places().value(lowering.operators().convert(control, type, statement), statement);
        SwitchBody outer = enclosingSwitch;
        var body = new SwitchBody(type);
        enclosingSwitch = body;
        try {
            Statement translated = statement(statement.getBody());
            return new Switch(value, body.cases, body.otherwise, translated);
        } finally {
            enclosingSwitch = outer;
        }
    }

    private Statement caseLabel(IASTCaseStatement statement) {
        SwitchBody body = enclosingSwitch;
        if (body == null) {
            throw new CompileProblem("case outside of a switch", statement);
        }
        IASTExpression expression = statement.getExpression();
        boolean isRange = expression instanceof IASTBinaryExpression binary
                && binary.getOperator() == IASTBinaryExpression.op_ellipses;
        IASTExpression low = isRange ? ((IASTBinaryExpression) expression).getOperand1() : expression;
        IASTExpression high = isRange ? ((IASTBinaryExpression) expression).getOperand2() : expression;
        var label = new Label("case");
        body.cases.add(new Switch.Case(
                body.type.wrap(lowering.expressions().constant(low)),
                body.type.wrap(lowering.expressions().constant(high)),
                label));
        return new Statements.Labelled(label, Statements.nothing());
    }

    private Statement defaultLabel(IASTDefaultStatement statement) {
        SwitchBody body = enclosingSwitch;
        if (body == null) {
            throw new CompileProblem("default outside of a switch", statement);
        }
        var label = new Label("default");
        body.otherwise = label;
        return new Statements.Labelled(label, Statements.nothing());
    }

    /** {@code ({ ... })}: its value is that of the last statement, if that is an expression. */
    Term statementExpression(IGNUASTCompoundStatementExpression expression) {
        IASTStatement[] all = expression.getCompoundStatement().getStatements();
        Term value = lowering.inNewScope(() -> statementExpression(List.of(all)));
        if (Departures.areIn(expression)) {
            lowering.function().noteEscape();
        }
        return value;
    }

    private Term statementExpression(List<IASTStatement> statements) {
        IASTExpression last = statements.isEmpty() ? null : lastExpression(statements.getLast());
        if (last == null) {
            return statementsWithoutValue(statements);
        }
        return statementsWithValue(
                statements.subList(0, statements.size() - 1),
                statements.getLast(),
                () -> lowering.places().decay(lowering.expressions().term(last)));
    }

    /** The body of a function that is inlined, in a scope of its own: it returns at its end only. */
    Term inlinedBody(List<IASTStatement> statements) {
        boolean returns = !statements.isEmpty() && statements.getLast() instanceof IASTReturnStatement result
                && result.getReturnArgument() != null;
        if (!returns) {
            return statementsWithoutValue(statements.stream()
                    .filter(statement -> !(statement instanceof IASTReturnStatement))
                    .toList());
        }
        var result = (IASTReturnStatement) statements.getLast();
        return statementsWithValue(
                statements.subList(0, statements.size() - 1),
                result,
                () -> lowering.operators()
                        .convert(
                                lowering.expressions().term(result.getReturnArgument()),
                                lowering.function().result(),
                                result));
    }

    private Term statementsWithoutValue(List<IASTStatement> statements) {
        var cleanups = new ArrayList<LocalDeclarations.Cleanup>();
        List<Statement> translated = translateAll(statements, cleanups);
        if (translated.isEmpty()) {
            return new Term.Value(VoidType.VOID, new Values.Constant(0));
        }
        return new Term.Value(
                VoidType.VOID,
                new Values.StatementExpression(
                        withCleanups(Block.of(translated), cleanups), lowering.function().newRegister()));
    }

    private Term statementsWithValue(List<IASTStatement> before, IASTStatement end, Supplier<Term> value) {
        var cleanups = new ArrayList<LocalDeclarations.Cleanup>();
        int escapes = lowering.function().escapes();
        List<Statement> first = new ArrayList<>(translateAll(before, cleanups));
        Term term = value.get();
        Expression node = lowering.operators().effect(term, end);
        boolean isPlain = cleanups.isEmpty()
                && !(end instanceof IASTLabelStatement)
                && first.stream().noneMatch(Statement::hasLabels)
                && lowering.function().escapes() == escapes;
        CType type = term.type() instanceof ArrayType ? term.type() : term.type().plain();
        if (isPlain && first.isEmpty()) {
            return new Term.Value(type, node);
        }
        if (isPlain) {
            return new Term.Value(type, new Values.StatementsThen(first, node));
        }
        int register = lowering.function().newRegister();
        Statement last = new Statements.Escapable(new Statements.Evaluate(new Values.WriteRegister(register, node)));
        first.add(relabelled(end, last));
        return new Term.Value(
                type, new Values.StatementExpression(withCleanups(Block.of(first), cleanups), register));
    }

    private static @Nullable IASTExpression lastExpression(IASTStatement statement) {
        return switch (statement) {
            case IASTLabelStatement label -> lastExpression(label.getNestedStatement());
            case IASTExpressionStatement expression -> expression.getExpression();
            default -> null;
        };
    }

    private Statement relabelled(IASTStatement original, Statement statement) {
        return original instanceof IASTLabelStatement label
                ? new Statements.Labelled(
                        lowering.function().label(label.getName().toString()),
                        relabelled(label.getNestedStatement(), statement))
                : statement;
    }
}
