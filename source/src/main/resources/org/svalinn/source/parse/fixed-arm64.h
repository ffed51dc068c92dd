/* What is arm64's own, besides fixed.h. */

/* ---- Ordering. */
#define __iormb(v) ((void)(v))
#define __io_ar(v) ((void)(v))
#define __iowmb() ((void)0)
#define isb() ((void)0)
#define dmb(opt) ((void)0)
#define dsb(opt) ((void)0)
#define csdb() ((void)0)
#define spec_bar() ((void)0)
#define psb_csync() ((void)0)
#define tsb_csync() ((void)0)
#define dgh() ((void)0)
#define sev() ((void)0)
#define wfe() ((void)0)

/* ---- System registers by name, in the spelling of the kernel's source; TLB invalidations by operation. */
unsigned long __svalinn_sysreg(const char *name);
void __svalinn_write_sysreg(const char *name, unsigned long value);
void __svalinn_tlbi(const char *operation, ...);

#define read_sysreg(r) __svalinn_sysreg(#r)
#define read_sysreg_s(r) __svalinn_sysreg(#r)
#define write_sysreg(v, r) __svalinn_write_sysreg(#r, (unsigned long)(v))
#define write_sysreg_s(v, r) __svalinn_write_sysreg(#r, (unsigned long)(v))
#define __tlbi(op, ...) __svalinn_tlbi(#op, ##__VA_ARGS__)
