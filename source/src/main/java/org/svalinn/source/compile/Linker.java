package org.svalinn.source.compile;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.cdt.core.dom.ast.IASTDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTEqualsInitializer;
import org.eclipse.cdt.core.dom.ast.IASTInitializerClause;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.jspecify.annotations.Nullable;
import org.svalinn.explore.Site;
import org.svalinn.source.parse.TranslationUnit;
import org.svalinn.source.runtime.CFunction;
import org.svalinn.source.runtime.Cpu;
import org.svalinn.source.runtime.FloorFunction;
import org.svalinn.source.runtime.Image;
import org.svalinn.source.runtime.Memory;
import org.svalinn.source.type.CType;
import org.svalinn.source.type.RecordType;

/**
 * Links translation units and the floor to an {@link Image}: decides which function and which global a name means, and
 * gives each an address when it is first needed.
 *
 * <p>A name means, in this order: a function of the floor; what its own file defines; what another file defines without
 * {@code static}, a {@code __weak} definition only if there is no other. A function or global that is nowhere defined has
 * an address as well, since the kernel is full of tables that point to everything; only its use stops the run.
 */
public final class Linker implements Image {
    /** What {@code &&label} gives, and return addresses: in the text region, and no function. */
    static final long LABELS = 0xffff80000800_0000L;

    private static final long TEXT = LABELS + 0x1_0000;
    private static final int FUNCTION_SIZE = 16;

    private final Memory memory;
    private final List<FileScope> files = new ArrayList<>();
    private final Map<String, CFunction> floor = new HashMap<>();
    private final Map<IASTNode, CFunction> compiled = new IdentityHashMap<>();
    private final Map<String, CFunction> missing = new HashMap<>();
    private final List<CFunction> functions = new ArrayList<>();
    private final List<CFunction> executed = new ArrayList<>();
    /** By identity: two nodes on one line have equal sites, and may be inlined at different ones. */
    private final Map<Site, Site> inlined = new IdentityHashMap<>();

    private final Set<String> untranslated = new LinkedHashSet<>();
    private final Map<IASTNode, Long> globals = new IdentityHashMap<>();
    private final Map<String, Long> undefinedGlobals = new LinkedHashMap<>();
    private final TreeMap<Long, String> undefinedByAddress = new TreeMap<>();
    private final Map<ByteBuffer, Long> texts = new HashMap<>();
    private final Deque<Runnable> initialisations = new ArrayDeque<>();
    private final TreeMap<Long, Global> globalsByAddress = new TreeMap<>();
    private final Map<Site, RecordType> objectTypes = new HashMap<>();
    private final Map<Integer, Cpu> cpus = new HashMap<>();
    private final CFunction initialiser = new MissingFunction("initialiser", 0);
    private boolean isInitialising;

    private Linker(List<TranslationUnit> units, Map<String, FloorFunction> floor, Memory.Geometry geometry) {
        memory = new Memory(geometry);
        for (TranslationUnit unit : units) {
            files.add(new FileScope(unit, this));
        }
        new TreeMap<>(floor).forEach((name, body) -> this.floor.put(name, define(name, body)));
    }

    /**
     * Links a program.
     *
     * @param floor functions in Java, by the name under which C calls them
     */
    public static Image link(
            List<TranslationUnit> units, Map<String, FloorFunction> floor, Memory.Geometry geometry) {
        return new Linker(units, floor, geometry);
    }

    @Override
    public Memory memory() {
        return memory;
    }

    /** The result of the call at this site is used as a pointer to such a struct. */
    void noteObjectType(Site call, RecordType type) {
        objectTypes.putIfAbsent(call, type);
    }

    @Override
    public @Nullable RecordType objectTypeAt(Site call) {
        return objectTypes.get(call);
    }

    @Override
    public Cpu cpu(int index) {
        return cpus.computeIfAbsent(index, i -> new Cpu(this, i));
    }

    // Functions

    @Override
    public CFunction define(String name, FloorFunction body) {
        return add(new ProvidedFunction(name, body, nextAddress(), executed::add));
    }

    private long nextAddress() {
        return TEXT + (long) FUNCTION_SIZE * functions.size();
    }

    private CFunction add(CFunction function) {
        functions.add(function);
        return function;
    }

    @Override
    public CFunction function(String name) {
        CFunction found = floor.get(name);
        if (found == null) {
            Symbol.Function definition = definition(name, false);
            if (definition == null) {
                definition = definition(name, true);
            }
            if (definition == null) {
                throw new IllegalArgumentException("no function " + name);
            }
            found = compiled(definition);
        }
        return found;
    }

    @Override
    public CFunction function(String file, String name) {
        Symbol.Function definition = file(file).functionDefinition(name);
        return definition == null || floor.containsKey(name) ? function(name) : compiled(definition);
    }

    @Override
    public CFunction definition(String file, String name) {
        Symbol.Function definition = file(file).functionDefinition(name);
        if (definition == null) {
            throw new IllegalArgumentException(file + " does not define " + name);
        }
        return compiled(definition);
    }

    private FileScope file(String path) {
        return files.stream()
                .filter(file -> file.path().equals(path))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no file " + path));
    }

    /** The function that a name means in a file; one that fails when called if it means none. */
    CFunction functionSeenFrom(FileScope file, String name) {
        CFunction provided = floor.get(name);
        if (provided != null) {
            return provided;
        }
        Symbol.Function definition = file.functionDefinition(name);
        if (definition == null || !definition.isStatic() && isWeak(definition)) {
            Symbol.Function elsewhere = definition(name, false);
            definition = elsewhere == null ? definition : elsewhere;
        }
        return definition != null
                ? compiled(definition)
                : missing.computeIfAbsent(name, n -> add(new MissingFunction(n, nextAddress())));
    }

    private Symbol.@Nullable Function definition(String name, boolean isStatic) {
        Symbol.Function weak = null;
        for (FileScope file : files) {
            Symbol.Function definition = file.functionDefinition(name);
            if (definition != null && definition.isStatic() == isStatic) {
                if (!isWeak(definition)) {
                    return definition;
                }
                weak = weak == null ? definition : weak;
            }
        }
        return weak;
    }

    private static boolean isWeak(Symbol.Function function) {
        var definition = Objects.requireNonNull(function.definition());
        return Attributes.of(definition.getDeclSpecifier(), definition.getDeclarator()).has("weak");
    }

    private CFunction compiled(Symbol.Function symbol) {
        IASTNode key = Objects.requireNonNull(symbol.definition());
        CFunction known = compiled.get(key);
        if (known == null) {
            known = add(new CompiledFunction(symbol, nextAddress(), executed::add));
            compiled.put(key, known);
        }
        return known;
    }

    @Override
    public @Nullable CFunction functionAt(long address) {
        long offset = address - TEXT;
        return offset >= 0 && offset % FUNCTION_SIZE == 0 && offset / FUNCTION_SIZE < functions.size()
                ? functions.get((int) (offset / FUNCTION_SIZE))
                : null;
    }

    @Override
    public List<CFunction> executed() {
        return List.copyOf(executed);
    }

    void noteInlined(Site site, Site call) {
        inlined.put(site, call);
    }

    @Override
    public @Nullable Site inlinedAt(Site site) {
        return inlined.get(site);
    }

    void noteUntranslated(String what, Site site) {
        untranslated.add(what + " at " + site);
    }

    /** What could not be translated in the functions compiled so far, and where. */
    Set<String> untranslated() {
        return Collections.unmodifiableSet(untranslated);
    }

    // Globals

    @Override
    public long address(String global) {
        for (FileScope file : files) {
            FileScope.GlobalDefinition definition = file.globalDefinition(global);
            if (definition != null && !definition.isStatic()) {
                return place(definition);
            }
        }
        throw new IllegalArgumentException("no global " + global);
    }

    @Override
    public long address(String file, String global) {
        FileScope.GlobalDefinition definition = file(file).globalDefinition(global);
        return definition == null ? address(global) : place(definition);
    }

    /** The address of the global that a name means in a file. */
    long globalSeenFrom(FileScope file, String name) {
        FileScope.GlobalDefinition definition = file.globalDefinition(name);
        if (definition != null) {
            return place(definition);
        }
        return file.find(name) instanceof Symbol.Global global
                ? externalGlobal(name, global.type())
                : externalGlobal(name, org.svalinn.source.type.VoidType.VOID);
    }

    /** The address of a global that is declared {@code extern}. */
    long externalGlobal(String name, CType type) {
        for (FileScope file : files) {
            FileScope.GlobalDefinition definition = file.globalDefinition(name);
            if (definition != null && !definition.isStatic()) {
                return place(definition);
            }
        }
        return undefinedGlobals.computeIfAbsent(name, n -> {
            long address = memory.placeAbsent(Math.max(8, type.size()), type.alignment());
            undefinedByAddress.put(address, n);
            undefinedByAddress.put(address + Math.max(8, type.size()), "");
            return address;
        });
    }

    @Override
    public @Nullable String undefinedGlobalAt(long address) {
        Map.Entry<Long, String> entry = undefinedByAddress.floorEntry(address);
        return entry == null || entry.getValue().isEmpty() ? null : entry.getValue();
    }

    private long place(FileScope.GlobalDefinition definition) {
        IASTInitializerClause clause = definition.declarator().getInitializer() instanceof IASTEqualsInitializer equals
                ? equals.getInitializerClause()
                : null;
        return placeStatic(definition.declarator(), definition.type(), clause, definition.file());
    }

    /**
     * Places an object with static storage. What it holds may point to other such objects, and they back to it: so all
     * of them get addresses before any gets its content.
     *
     * @param key the node that the object is known by
     * @param initialiser null for zeros
     */
    long placeStatic(IASTNode key, CType type, @Nullable IASTInitializerClause initialiser, Scope scope) {
        Long known = globals.get(key);
        if (known != null) {
            return known;
        }
        var lowering = Lowering.atFileScope(scope);
        List<Initialisers.Part> parts =
                initialiser == null ? List.of() : lowering.initialisers().parts(type, initialiser);
        long size = type.size();
        for (Initialisers.Part part : parts) {
            size = Math.max(size, part.offset() + sizeOf(part));
        }
        long address = memory.place(size, type.alignment(), type.isConst());
        globals.put(key, address);
        if (key instanceof IASTDeclarator declarator) {
            globalsByAddress.put(address, new Global(declarator.getName().toString(), type, address));
        }
        if (!parts.isEmpty()) {
            var content = new StaticContent(lowering, parts, (int) size, key);
            initialisations.add(() -> memory.initialise(address, content.bytes(cpu(0), initialiser())));
            runInitialisations();
        }
        return address;
    }

    @Override
    public @Nullable Global globalAt(long address) {
        Map.Entry<Long, Global> entry = globalsByAddress.floorEntry(address);
        return entry != null && address < entry.getKey() + Math.max(1, entry.getValue().type().size())
                ? entry.getValue()
                : null;
    }

    private CFunction initialiser() {
        return initialiser;
    }

    private static long sizeOf(Initialisers.Part part) {
        return part.type().size() == 0 && part.value() instanceof Term.Text text
                ? text.type().length()
                : part.type().size();
    }

    private void runInitialisations() {
        if (isInitialising) {
            return;
        }
        isInitialising = true;
        try {
            for (Runnable next = initialisations.poll(); next != null; next = initialisations.poll()) {
                next.run();
            }
        } finally {
            isInitialising = false;
        }
    }

    /** The address of a string literal; equal ones share it. */
    long text(byte[] bytes) {
        byte[] content = Arrays.copyOf(bytes, bytes.length + 1);
        return texts.computeIfAbsent(ByteBuffer.wrap(content), text -> {
            long address = memory.place(content.length, 1, true);
            memory.initialise(address, content);
            return address;
        });
    }

    // Types

    @Override
    public RecordType layout(String type) {
        for (FileScope file : files) {
            CType found = file.named(type);
            if (found != null && found.plain() instanceof RecordType record && record.isDefined()) {
                return record;
            }
        }
        throw new IllegalArgumentException("no loaded file defines " + type);
    }

    @Override
    public long enumerator(String name) {
        for (FileScope file : files) {
            if (file.find(name) instanceof Symbol.Enumerator enumerator) {
                return enumerator.value();
            }
        }
        throw new IllegalArgumentException("no enumeration constant " + name);
    }
}
