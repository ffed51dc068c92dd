package org.svalinn.source.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.cdt.core.dom.ast.IASTAttribute;
import org.eclipse.cdt.core.dom.ast.IASTAttributeList;
import org.eclipse.cdt.core.dom.ast.IASTAttributeOwner;
import org.eclipse.cdt.core.dom.ast.IASTAttributeSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTArrayDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTSimpleDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTToken;
import org.eclipse.cdt.core.dom.ast.IASTTokenList;
import org.eclipse.cdt.core.dom.parser.c.GCCParserExtensionConfiguration;
import org.eclipse.cdt.core.dom.parser.c.GCCScannerExtensionConfiguration;
import org.eclipse.cdt.core.parser.FileContent;
import org.eclipse.cdt.core.parser.IncludeFileContentProvider;
import org.eclipse.cdt.core.parser.NullLogService;
import org.eclipse.cdt.core.parser.ParserLanguage;
import org.eclipse.cdt.core.parser.ParserMode;
import org.eclipse.cdt.core.parser.ScannerInfo;
import org.eclipse.cdt.internal.core.dom.parser.c.GNUCSourceParser;
import org.eclipse.cdt.internal.core.parser.scanner.CPreprocessor;
import org.jspecify.annotations.Nullable;

/** The GNU attributes of a node, their names without underscores. CDT leaves their arguments as tokens. */
final class Attributes {
    private static final int GREATEST_ALIGNMENT = 16;

    private final List<Attribute> attributes = new ArrayList<>();

    private record Attribute(String name, String argument) {}

    private Attributes() {}

    /** The attributes of all of the nodes. */
    static Attributes of(@Nullable IASTAttributeOwner... owners) {
        var attributes = new Attributes();
        for (IASTAttributeOwner owner : owners) {
            if (owner != null) {
                attributes.add(owner);
            }
        }
        return attributes;
    }

    private void add(IASTAttributeOwner owner) {
        for (IASTAttributeSpecifier specifier : owner.getAttributeSpecifiers()) {
            if (specifier instanceof IASTAttributeList list) {
                for (IASTAttribute attribute : list.getAttributes()) {
                    var argument = new StringBuilder();
                    if (attribute.getArgumentClause() != null) {
                        append(attribute.getArgumentClause(), argument);
                    }
                    attributes.add(new Attribute(
                            withoutUnderscores(new String(attribute.getName())), argument.toString().strip()));
                }
            }
        }
    }

    private static String withoutUnderscores(String name) {
        return name.length() > 4 && name.startsWith("__") && name.endsWith("__")
                ? name.substring(2, name.length() - 2)
                : name;
    }

    private static void append(IASTToken token, StringBuilder text) {
        if (token instanceof IASTTokenList list) {
            for (IASTToken part : list.getTokens()) {
                append(part, text);
            }
        } else {
            text.append(token.getTokenCharImage()).append(' ');
        }
    }

    boolean has(String name) {
        return attributes.stream().anyMatch(attribute -> attribute.name.equals(name));
    }

    Optional<String> argument(String name) {
        return attributes.stream()
                .filter(attribute -> attribute.name.equals(name))
                .map(Attribute::argument)
                .findFirst();
    }

    /** The greatest alignment that they ask for, in bytes; 0 if they do not. */
    int alignment(Scope scope) {
        int alignment = 0;
        for (Attribute attribute : attributes) {
            if (attribute.name.equals("aligned")) {
                alignment = Math.max(
                        alignment,
                        attribute.argument.isEmpty() ? GREATEST_ALIGNMENT : (int) evaluate(attribute.argument, scope));
            }
        }
        return alignment;
    }

    private static long evaluate(String argument, Scope scope) {
        String text = argument.startsWith("(") ? argument : "(" + argument + ")";
        String digits = text.substring(1, text.length() - 1).strip();
        if (digits.matches("[0-9]{1,9}")) {
            return Integer.parseInt(digits);
        }
        return Lowering.atFileScope(scope).expressions().constant(parse(text));
    }

    private static IASTExpression parse(String text) {
        var scanner = new CPreprocessor(
                FileContent.create("attribute", ("int attribute[" + text + "];").toCharArray()),
                new ScannerInfo(Map.of()),
                ParserLanguage.C,
                new NullLogService(),
                GCCScannerExtensionConfiguration.getInstance(),
                IncludeFileContentProvider.getEmptyFilesProvider());
        var unit = new GNUCSourceParser(
                        scanner,
                        ParserMode.COMPLETE_PARSE,
                        new NullLogService(),
                        GCCParserExtensionConfiguration.getInstance(),
                        null)
                .parse();
        var declaration = (IASTSimpleDeclaration) unit.getDeclarations()[0];
        var declarator = (IASTArrayDeclarator) declaration.getDeclarators()[0];
        return declarator.getArrayModifiers()[0].getConstantExpression();
    }
}
