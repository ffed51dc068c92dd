/* What is x86's own, besides fixed.h. */

/* ---- Ordering. */
#define barrier_nospec() ((void)0)

/* ---- What fixed.h does not name of per-CPU data. */
#define this_cpu_read_stable(pcp) raw_cpu_read(pcp)
#define raw_cpu_read_4(pcp) raw_cpu_read(pcp)
#define raw_cpu_read_8(pcp) raw_cpu_read(pcp)
#define raw_cpu_write_4(pcp, val) raw_cpu_write(pcp, val)
#define raw_cpu_and_4(pcp, val) raw_cpu_and(pcp, val)
#define raw_cpu_or_4(pcp, val) raw_cpu_or(pcp, val)
#define raw_cpu_add_4(pcp, val) raw_cpu_add(pcp, val)
#define arch_raw_cpu_ptr(ptr) raw_cpu_ptr(ptr)

/* ---- What is decided at boot: no CPU of this machine has a feature that the kernel could do without. */
#define cpu_has(c, bit) ((void)(c), (void)(bit), 0)
#define this_cpu_has(bit) ((void)(bit), 0)
#define static_cpu_has(bit) ((void)(bit), 0)
#define cpu_feature_enabled(bit) ((void)(bit), 0)

/* ---- Segments: no task has any of its own. */
#define deactivate_mm(tsk, mm) ((void)(tsk), (void)(mm))

/*
 * ---- The linear map, so that the RAM, which begins at 0xffff000000000000, is at the same physical address as with
 * arm64: 0x40000000.
 */
#define __PAGE_OFFSET_BASE_L4 0xfffeffffc0000000UL
