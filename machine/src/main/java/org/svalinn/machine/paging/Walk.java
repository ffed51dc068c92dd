package org.svalinn.machine.paging;

/**
 * One walk of page tables: what is asked, and what comes of it. Used again and again; nothing is allocated for a walk.
 *
 * <p>Levels are counted from the leaf: level 1 maps the format's smallest pages, whatever the architecture calls it.
 * Besides the result, the walk remembers the table that it read at each level, for whoever caches those.
 */
public final class Walk {
    /** The largest number of levels of any format. */
    public static final int MOST_LEVELS = 5;

    // What is asked

    private TableMemory tables;
    private long table;
    private int level;
    private long address;
    private int wanted;
    private boolean privileged;
    private boolean speculative;

    // What comes of it

    private WalkFault fault = WalkFault.NONE;
    private int faultLevel;
    private long physical;
    private int pageShift;
    private int granted;
    private boolean global;
    private boolean userPage;
    private long leaf;
    private final long[] tableAt = new long[MOST_LEVELS + 1];
    private final int[] accessAt = new int[MOST_LEVELS + 1];

    public Walk(TableMemory tables) {
        this.tables = tables;
    }

    /** Changes where tables are read from here on. */
    public Walk through(TableMemory memory) {
        tables = memory;
        return this;
    }

    /**
     * Asks for a translation.
     *
     * @param from the table to begin with, in the tables' address space
     * @param fromLevel its level, 1 for a table whose entries can only be pages
     * @param of the address to translate
     * @param wantedAccess of {@link org.svalinn.machine.iommu.Access}
     * @param withPrivilege whether it is a supervisor's (x86) or privileged (Arm) access
     */
    public Walk begin(long from, int fromLevel, long of, int wantedAccess, boolean withPrivilege) {
        table = from;
        level = fromLevel;
        address = of;
        wanted = wantedAccess;
        privileged = withPrivilege;
        speculative = false;
        fault = WalkFault.NONE;
        faultLevel = 0;
        granted = 0;
        global = false;
        userPage = false;
        java.util.Arrays.fill(tableAt, 0);
        java.util.Arrays.fill(accessAt, 0);
        return this;
    }

    /** Asks only what would be granted, as an ATS translation request does: no permission fault, no dirty flag unless writable is granted. */
    public Walk withoutPermissionFault() {
        speculative = true;
        return this;
    }

    public TableMemory tables() {
        return tables;
    }

    public long table() {
        return table;
    }

    public int level() {
        return level;
    }

    public long address() {
        return address;
    }

    public int wanted() {
        return wanted;
    }

    public boolean isPrivileged() {
        return privileged;
    }

    /** Whether missing permissions are an answer, not a fault. */
    public boolean isOnlyAsking() {
        return speculative;
    }

    // For walkers

    /** Remembers the table read at a level, and what the levels above it allow. */
    public void visit(int atLevel, long tableAddress, int allowedSoFar) {
        tableAt[atLevel] = tableAddress;
        accessAt[atLevel] = allowedSoFar;
    }

    /** Ends the walk at a fault; {@code atLevel} is where. */
    public void fail(WalkFault why, int atLevel) {
        fault = why;
        faultLevel = atLevel;
    }

    /** Ends the walk at a page of {@code 1 << shift} bytes. */
    public void arrive(long physicalAddress, int shift, int access, boolean isGlobal, boolean isUserPage, long leafEntry) {
        physical = physicalAddress;
        pageShift = shift;
        granted = access;
        global = isGlobal;
        userPage = isUserPage;
        leaf = leafEntry;
    }

    // For who asked

    public WalkFault fault() {
        return fault;
    }

    public boolean isDone() {
        return fault == WalkFault.NONE;
    }

    public int faultLevel() {
        return faultLevel;
    }

    public long physical() {
        return physical;
    }

    public int pageShift() {
        return pageShift;
    }

    /** The accesses that all levels grant, of {@link org.svalinn.machine.iommu.Access}. */
    public int granted() {
        return granted;
    }

    public boolean isGlobal() {
        return global;
    }

    /** Whether unprivileged accesses may use the page. */
    public boolean isUserPage() {
        return userPage;
    }

    /** The entry that maps the page, as it was read. */
    public long leaf() {
        return leaf;
    }

    /** The table that was read at this level; 0 when none was. */
    public long tableAt(int atLevel) {
        return tableAt[atLevel];
    }

    /** What the levels above the table at this level allow, in a form that only the walker knows. */
    public int accessAt(int atLevel) {
        return accessAt[atLevel];
    }
}
