package org.svalinn.source.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.cdt.core.dom.ast.ASTVisitor;
import org.eclipse.cdt.core.dom.ast.IASTCastExpression;
import org.eclipse.cdt.core.dom.ast.IASTDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTDeclarationStatement;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTFunctionCallExpression;
import org.eclipse.cdt.core.dom.ast.IASTLabelStatement;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.eclipse.cdt.core.dom.ast.IASTSimpleDeclSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTSimpleDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTStatement;
import org.eclipse.cdt.core.dom.ast.gnu.IGNUASTCompoundStatementExpression;
import org.junit.jupiter.api.Test;
import org.svalinn.source.tree.BadInput;

/** What the kernel's C has beyond the C that CDT knows. */
class KernelParserTest {
    private static <T extends IASTNode> List<T> nodes(Class<T> kind, IASTNode root) {
        List<T> found = new ArrayList<>();
        root.accept(new ASTVisitor(true) {
            @Override
            public int visit(IASTExpression expression) {
                return add(expression);
            }

            @Override
            public int visit(IASTDeclaration declaration) {
                return add(declaration);
            }

            @Override
            public int visit(IASTStatement statement) {
                return add(statement);
            }

            private int add(IASTNode node) {
                if (kind.isInstance(node)) {
                    found.add(kind.cast(node));
                }
                return PROCESS_CONTINUE;
            }
        });
        return found;
    }

    private static IASTDeclaration only(String name, String text) {
        List<IASTDeclaration> declarations = SnippetTree.parse(text).declarationsOf(name);
        assertThat(declarations).hasSize(1);
        return declarations.getFirst();
    }

    /** The one node of that kind in a function with this body. */
    private static <T extends IASTNode> T inBody(Class<T> kind, String body) {
        List<T> found = nodes(kind, only("f", "typedef int T; int g(int); int f(int a, char *p) {" + body + "}"));
        assertThat(found).as(body).hasSize(1);
        return found.getFirst();
    }

    @Test
    void genericSelections() {
        Generic generic = inBody(
                Generic.class, "return _Generic((a) + 1, const char *: 1, int (*)(T): g(2), T: (T)3, default: 4);");

        assertThat(generic.associations()).hasSize(4);
        assertThat(generic.associations().get(0).type()).isNotNull();
        assertThat(generic.associations().get(1).value()).isInstanceOf(IASTFunctionCallExpression.class);
        assertThat(generic.associations().get(2).value()).isInstanceOf(IASTCastExpression.class);
        assertThat(generic.associations().get(3).type()).isNull();
        assertThat(generic.control().getChildren()).hasSize(2);
    }

    @Test
    void genericSelectionsNestInEachOther() {
        List<Generic> found = nodes(
                Generic.class, only("x", "int x = _Generic(1, int: _Generic(2L, long: 3, default: 4), default: 5);"));

        assertThat(found).hasSize(2);
        assertThat(found.get(0).associations().get(0).value()).isSameAs(found.get(1));
    }

    @Test
    void assemblyWithItsOperands() {
        InlineAssembly assembly = inBody(
                InlineAssembly.class,
                "asm volatile(\"1: ldxr %w[old], %1\\n\" \"   cbnz %w0, 1b\" : [old] \"=&r\" (a), \"+Q\" (*p)"
                        + " : \"r\" (g(a) + 1) : \"memory\", \"cc\");");

        assertThat(assembly.template()).isEqualTo("1: ldxr %w[old], %1\\n   cbnz %w0, 1b");
        assertThat(assembly.isVolatile()).isTrue();
        assertThat(assembly.outputs()).extracting(InlineAssembly.Operand::name).containsExactly("old", "");
        assertThat(assembly.outputs()).extracting(InlineAssembly.Operand::constraint).containsExactly("=&r", "+Q");
        assertThat(assembly.inputs()).hasSize(1);
        assertThat(assembly.inputs().getFirst().value().getChildren()).hasSize(2);
        assertThat(assembly.clobbers()).containsExactly("memory", "cc");
        assertThat(assembly.isGoto()).isFalse();
    }

    @Test
    void assemblyThatJumpsAndAssemblyWithEmptyParts() {
        InlineAssembly jump = inBody(
                InlineAssembly.class, "asm goto(\"b %l[out]\" : : \"i\" (1) : : out, in); out: in: return 0;");
        InlineAssembly empty = inBody(InlineAssembly.class, "__asm__ __volatile__ (\"\" ::: \"memory\"); return 0;");

        assertThat(jump.isGoto()).isTrue();
        assertThat(jump.labels()).containsExactly("out", "in");
        assertThat(jump.inputs()).hasSize(1);
        assertThat(jump.clobbers()).isEmpty();
        assertThat(empty.template()).isEmpty();
        assertThat(empty.clobbers()).containsExactly("memory");
        assertThat(empty.outputs()).isEmpty();
    }

    @Test
    void staticAssertionsInAndOutOfFunctions() {
        TranslationUnit unit = SnippetTree.parse("_Static_assert(sizeof(int) == 4, \"int \" \"is 4\"); int x;");
        StaticAssertion inside = inBody(StaticAssertion.class, "_Static_assert(1); return 0;");

        assertThat(unit.declarations())
                .filteredOn(StaticAssertion.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(StaticAssertion.class, assertion -> {
                    assertThat(assertion.message()).isEqualTo("int is 4");
                    assertThat(assertion.condition().getChildren()).hasSize(2);
                });
        assertThat(inside.message()).isEmpty();
        assertThat(inside.getParent()).isInstanceOf(IASTDeclarationStatement.class);
    }

    @Test
    void builtInsThatTakeTypes() {
        VaArg argument = inBody(VaArg.class, "__builtin_va_list l; return __builtin_va_arg(l, T *)[0];");
        OffsetOf offset = inBody(OffsetOf.class, "return __builtin_offsetof(struct s { int x[3]; }, x[2]);");
        TypesCompatible same =
                inBody(TypesCompatible.class, "return __builtin_types_compatible_p(typeof(a), typeof(&*p));");

        assertThat(argument.type().getAbstractDeclarator().getPointerOperators()).hasSize(1);
        assertThat(offset.member().getChildren()).hasSize(2);
        assertThat(same.first()).isNotSameAs(same.second());
    }

    @Test
    void labelsMayHaveAttributes() {
        assertThat(inBody(IASTLabelStatement.class, "goto out; out: __attribute__((unused)) return 1;")
                        .getName()
                        .toString())
                .isEqualTo("out");
    }

    @Test
    void integersOf128Bits() {
        IASTSimpleDeclaration wide = (IASTSimpleDeclaration) only("w", "unsigned __int128 w;");

        assertThat(((IASTSimpleDeclSpecifier) wide.getDeclSpecifier()).getType())
                .isEqualTo(IASTSimpleDeclSpecifier.t_int128);
        assertThat(nodes(IASTCastExpression.class, only("v", "int v = (__uint128_t)(1) > 0;"))).hasSize(1);
    }

    @Test
    void whatLooksLikeACallIsACastWhenItsNameIsAType() {
        assertThat(inBody(IASTCastExpression.class, "return (T)(a);")).isNotNull();
        assertThat(inBody(IASTCastExpression.class, "return (T) - a;")).isNotNull();
        assertThat(inBody(IASTFunctionCallExpression.class, "return (g)(a);")).isNotNull();
        assertThat(nodes(IASTDeclarationStatement.class, only("f", "typedef int T; void f(int a) { T * b; a * b; }")))
                .hasSize(1);
        assertThat(nodes(IASTDeclarationStatement.class, only("f", "typedef int T; void f(int T) { T * T; }")))
                .as("a parameter hides the type")
                .isEmpty();
    }

    @Test
    void otherExtensionsOfGnuC() {
        String text = """
                struct s { int a, b[4]; union { int c; long d; }; } __attribute__((packed, aligned(8)));
                extern int renamed(void) __asm__("other");
                static int table[] = { [0 ... 3] = 1, [4] = 2 };
                struct s value = { .b = { [1] = 2 }, .c = 3, .a = 1 };
                static inline __attribute__((always_inline)) int f(int n, ...)
                {
                    __label__ done;
                    __auto_type m = n ?: 1;
                    int array[n];
                    typeof(m) *p = &(typeof(m)){ 4 };
                    switch (n) { case 1 ... 5: break; default: ; }
                    m = ({ int k = *p; if (k) goto done; k; });
                done:
                    return sizeof(struct s) + _Alignof(int) + (0b11 | 0x10UL) + array[0] + L'x' + "ab" "cd"[1];
                }
                """;
        TranslationUnit unit = SnippetTree.parse(text);

        assertThat(unit.definitionsOfTag("s")).hasSize(1);
        for (String name : new String[] {"renamed", "table", "value"}) {
            assertThat(unit.declarationsOf(name)).as(name).hasSize(1);
        }
        assertThat(nodes(IGNUASTCompoundStatementExpression.class, unit.declarationsOf("f").getFirst())).hasSize(1);
    }

    @Test
    void whatIsNoCIsRefusedWithItsPlace() {
        TranslationUnit unit = SnippetTree.parse("int good;\nint bad(void)\n{\n  return 1 +* ;\n}\n");

        assertThat(unit.declarationsOf("good")).hasSize(1);
        assertThatThrownBy(() -> unit.declarationsOf("bad"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("mm/snippet.c:")
                .hasMessageContaining("cannot parse this C");
    }
}
