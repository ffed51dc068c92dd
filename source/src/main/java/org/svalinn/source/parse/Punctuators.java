package org.svalinn.source.parse;

import java.util.Map;
import org.eclipse.cdt.core.parser.IToken;

/** CDT's types for C's punctuators. */
final class Punctuators {
    private static final Map<String, Integer> TYPES = Map.ofEntries(
            Map.entry("(", IToken.tLPAREN),
            Map.entry(")", IToken.tRPAREN),
            Map.entry("[", IToken.tLBRACKET),
            Map.entry("]", IToken.tRBRACKET),
            Map.entry("{", IToken.tLBRACE),
            Map.entry("}", IToken.tRBRACE),
            Map.entry(";", IToken.tSEMI),
            Map.entry(":", IToken.tCOLON),
            Map.entry(",", IToken.tCOMMA),
            Map.entry(".", IToken.tDOT),
            Map.entry("?", IToken.tQUESTION),
            Map.entry("->", IToken.tARROW),
            Map.entry("...", IToken.tELLIPSIS),
            Map.entry("=", IToken.tASSIGN),
            Map.entry("+", IToken.tPLUS),
            Map.entry("++", IToken.tINCR),
            Map.entry("+=", IToken.tPLUSASSIGN),
            Map.entry("-", IToken.tMINUS),
            Map.entry("--", IToken.tDECR),
            Map.entry("-=", IToken.tMINUSASSIGN),
            Map.entry("*", IToken.tSTAR),
            Map.entry("*=", IToken.tSTARASSIGN),
            Map.entry("/", IToken.tDIV),
            Map.entry("/=", IToken.tDIVASSIGN),
            Map.entry("%", IToken.tMOD),
            Map.entry("%=", IToken.tMODASSIGN),
            Map.entry("&", IToken.tAMPER),
            Map.entry("&&", IToken.tAND),
            Map.entry("&=", IToken.tAMPERASSIGN),
            Map.entry("|", IToken.tBITOR),
            Map.entry("||", IToken.tOR),
            Map.entry("|=", IToken.tBITORASSIGN),
            Map.entry("^", IToken.tXOR),
            Map.entry("^=", IToken.tXORASSIGN),
            Map.entry("~", IToken.tBITCOMPLEMENT),
            Map.entry("!", IToken.tNOT),
            Map.entry("!=", IToken.tNOTEQUAL),
            Map.entry("==", IToken.tEQUAL),
            Map.entry("<", IToken.tLT),
            Map.entry("<=", IToken.tLTEQUAL),
            Map.entry("<<", IToken.tSHIFTL),
            Map.entry("<<=", IToken.tSHIFTLASSIGN),
            Map.entry(">", IToken.tGT),
            Map.entry(">=", IToken.tGTEQUAL),
            Map.entry(">>", IToken.tSHIFTR),
            Map.entry(">>=", IToken.tSHIFTRASSIGN),
            Map.entry("#", IToken.tPOUND),
            Map.entry("##", IToken.tPOUNDPOUND));

    private Punctuators() {}

    static int type(String punctuator) {
        return TYPES.getOrDefault(punctuator, IToken.tUNKNOWN_CHAR);
    }
}
