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
    private long format;
    private int taken;

    // What comes of it

    private WalkFault fault = WalkFault.NONE;
    private int faultLevel;
    private long physical;
    private int pageShift;
    private int granted;
    private int permitted;
    private int contiguousShift;
    private boolean global;
    private boolean userPage;
    private long leaf;
    private long entryAddress;
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
     * How the tables are to be read from here on: what registers and device tables say of them, as the walker's own
     * static functions put it into one number, such as {@link X86Walker#format}.
     */
    public Walk as(long newFormat) {
        format = newFormat;
        return this;
    }

    /**
     * Asks for a translation that begins at the top of the tables.
     *
     * @param from the table to begin with, in the tables' address space
     * @param fromLevel its level, 1 for a table whose entries can only be pages
     * @param of the address to translate
     * @param wantedAccess of {@link org.svalinn.machine.iommu.Access}
     * @param withPrivilege whether it is a supervisor's (x86) or privileged (Arm) access
     */
    public Walk begin(long from, int fromLevel, long of, int wantedAccess, boolean withPrivilege) {
        return begin(from, fromLevel, of, wantedAccess, withPrivilege, 0);
    }

    /**
     * The same from further down, for whoever has cached {@link #tableAt} and {@link #accessAt} of an earlier walk
     * with this walker and format: {@code begin(tableAt(n), n, address, wanted, privileged, accessAt(n))} goes on
     * below what that walk read, for every address that shares it. The levels above are neither read nor marked as
     * used again. The privilege may be another than the earlier walk's, and so may what is wanted.
     *
     * @param takenAway what the levels above take away, from {@link #accessAt}; 0 for nothing, as at the top
     */
    public Walk begin(long from, int fromLevel, long of, int wantedAccess, boolean withPrivilege, int takenAway) {
        table = from;
        level = fromLevel;
        address = of;
        wanted = wantedAccess;
        privileged = withPrivilege;
        speculative = false;
        taken = takenAway;
        fault = WalkFault.NONE;
        faultLevel = 0;
        physical = 0;
        pageShift = 0;
        contiguousShift = 0;
        granted = 0;
        permitted = 0;
        global = false;
        userPage = false;
        leaf = 0;
        entryAddress = 0;
        for (int i = 0; i <= MOST_LEVELS; i++) {
            tableAt[i] = 0;
            accessAt[i] = 0;
        }
        return this;
    }

    /**
     * Asks only what would be granted, as an ATS translation request does: missing permissions are no fault, and a
     * page of which nothing that is wanted would be granted is not marked as used. It is marked as written to if
     * WRITE is wanted and granted.
     */
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

    public long format() {
        return format;
    }

    /** What the levels above the first table take away. */
    public int takenAway() {
        return taken;
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

    /** Remembers the table read at a level, and what the levels above it take away. */
    public void visit(int atLevel, long tableAddress, int takenAway) {
        tableAt[atLevel] = tableAddress;
        accessAt[atLevel] = takenAway;
    }

    /** Remembers the entry that is about to be read. */
    public void reads(long entry) {
        entryAddress = entry;
    }

    /** Ends the walk at a fault; {@code atLevel} is where. */
    public void fail(WalkFault why, int atLevel) {
        fault = why;
        faultLevel = atLevel;
    }

    /**
     * Ends the walk at a page of {@code 1 << shift} bytes; a permission fault may {@link #fail} it yet.
     *
     * @param contiguous the range of {@code 1 << contiguous} bytes around the page that is said to be mapped alike;
     *     {@code shift} where nothing is said
     */
    public void arrive(
            long physicalAddress, int shift, int contiguous, boolean isGlobal, boolean isUserPage, long leafEntry) {
        physical = physicalAddress;
        pageShift = shift;
        contiguousShift = contiguous;
        global = isGlobal;
        userPage = isUserPage;
        leaf = leafEntry;
    }

    /**
     * Says what the page may be used for, and may be without another walk.
     *
     * @param now of {@code ever}, what needs no flag in the entry that is still clear
     */
    public void grant(int ever, int now, long leafEntry) {
        permitted = ever;
        granted = now;
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

    /**
     * The address of the entry that was read, or was to be read, last, in the tables' address space; 0 when none was.
     */
    public long entryAddress() {
        return entryAddress;
    }

    /** The translated address. After a permission fault it is known too, as everything below it. */
    public long physical() {
        return physical;
    }

    public int pageShift() {
        return pageShift;
    }

    /**
     * {@link #pageShift}, or more where Arm's Contiguous bit says that the neighbours continue this page: a cache
     * may, and need not, keep the whole of {@code 1 << contiguousShift()} bytes as one entry.
     */
    public int contiguousShift() {
        return contiguousShift;
    }

    /**
     * The accesses, of {@link org.svalinn.machine.iommu.Access}, that all levels permit to this privilege, and that a
     * cache may let pass without another walk. WRITE is missing, although {@link #permitted}, as long as the page is
     * not marked as written to where hardware does that: the first write must walk.
     */
    public int granted() {
        return granted;
    }

    /** The accesses that all levels permit to this privilege. */
    public int permitted() {
        return permitted;
    }

    public boolean isGlobal() {
        return global;
    }

    /** Whether unprivileged accesses may use the page. */
    public boolean isUserPage() {
        return userPage;
    }

    /** The entry that maps the page, as the walk left it. */
    public long leaf() {
        return leaf;
    }

    /** The table that was read at this level; 0 when none was. */
    public long tableAt(int atLevel) {
        return tableAt[atLevel];
    }

    /**
     * What the levels above the table at this level take away, in a form that only the walker knows, except that 0 is
     * nothing. It does not depend on the walk's privilege or on what was wanted.
     */
    public int accessAt(int atLevel) {
        return accessAt[atLevel];
    }
}
