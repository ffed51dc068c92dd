package org.svalinn.source.node;

/** Control leaves an expression: a return, goto, break or continue inside of a statement expression. */
final class Jump extends RuntimeException {
    private static final long serialVersionUID = 1;

    private static final Jump[] BY_CODE = {
        new Jump(Statement.NORMAL),
        new Jump(Statement.BREAK),
        new Jump(Statement.CONTINUE),
        new Jump(Statement.RETURN),
        new Jump(Statement.GOTO)
    };

    final int code;

    private Jump(int code) {
        super(null, null, false, false);
        this.code = code;
    }

    static Jump with(int code) {
        return BY_CODE[code];
    }
}
