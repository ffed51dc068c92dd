package org.svalinn.source.compile;

import java.util.function.Supplier;
import org.eclipse.cdt.core.dom.ast.IASTFunctionDefinition;
import org.jspecify.annotations.Nullable;
import org.svalinn.source.node.Address;
import org.svalinn.source.runtime.CFunction;
import org.svalinn.source.type.CType;
import org.svalinn.source.type.FunctionType;

/** What an identifier stands for. */
sealed interface Symbol {
    String name();

    /** A typedef; its type is resolved when it is first used. */
    record Typedef(String name, Lazy<CType> lazyType) implements Symbol {
        CType type() {
            return lazyType.get();
        }
    }

    /** A constant of an enumeration. */
    record Enumerator(String name, EnumDefinition definition) implements Symbol {
        long value() {
            return definition.value(name);
        }
    }

    /** A local variable that is a register of its function's frame. */
    record Register(String name, CType type, int register) implements Symbol {}

    /** A parameter of an inlined function that is never assigned: it is what was passed. */
    record Passed(String name, Term term) implements Symbol {}

    /** A local variable on the stack. */
    record Local(String name, CType type, Address address) implements Symbol {}

    /** A variable with static storage: a global, or a static local. */
    record Global(String name, Lazy<CType> lazyType, Address.StaticObject object) implements Symbol {
        CType type() {
            return lazyType.get();
        }
    }

    /**
     * A function.
     *
     * @param definition null if its file only declares it
     */
    record Function(
            String name,
            Lazy<FunctionType> lazyType,
            @Nullable IASTFunctionDefinition definition,
            boolean isStatic,
            FileScope file,
            Supplier<CFunction> target)
            implements Symbol {
        FunctionType type() {
            return lazyType.get();
        }

        Address.StaticObject object() {
            return new Address.StaticObject(() -> target.get().address());
        }
    }
}
