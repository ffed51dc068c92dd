/*
 * What the kernel's headers cannot say to an interpreter: macros that end in assembly, or in a trick on the compiler.
 *
 * Each macro here has its value for good: a #define or #undef of it in the tree is not obeyed. All else in the tree is
 * taken as it is written. The functions __svalinn_* are on the floor. Each architecture adds its own: fixed-*.h.
 */

/* ---- The compiler: no optional attributes, and nothing that only an optimiser or a section cares for. */
#define __has_attribute(x) 0
#define __has_builtin(x) 0
#define __extension__
#define __unqual_scalar_typeof(x) __typeof__(x)
#define barrier() ((void)0)
#define barrier_data(ptr) ((void)(ptr))
#define barrier_before_unreachable() ((void)0)
#define OPTIMIZER_HIDE_VAR(var) ((void)0)
#define RELOC_HIDE(ptr, off) ((__typeof__(ptr))((unsigned long)(ptr) + (off)))
#define _THIS_IP_ 0UL
#define _RET_IP_ 0UL

/* A real compiler has checked these on the real kernel; some hold only after its optimiser has inlined a function. */
#define compiletime_assert(condition, msg) ((void)0)
#define BUILD_BUG_ON_ZERO(...) 0

/* ---- Single accesses: volatile is what marks them. */
#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, val) ((void)(*(volatile __typeof__(x) *)&(x) = (val)))

/*
 * ---- Ordering. Memory is sequentially consistent here: a fence orders nothing that was not in order, and an
 * acquiring load or releasing store is a single access.
 */
#define __mb() ((void)0)
#define __rmb() ((void)0)
#define __wmb() ((void)0)
#define __dma_mb() ((void)0)
#define __dma_rmb() ((void)0)
#define __dma_wmb() ((void)0)
#define __smp_mb() ((void)0)
#define __smp_rmb() ((void)0)
#define __smp_wmb() ((void)0)
#define __smp_load_acquire(p) (*(const volatile __typeof__(*(p)) *)(p))
#define __smp_store_release(p, v) ((void)(*(volatile __typeof__(*(p)) *)(p) = (v)))
void __svalinn_await_change(const volatile void *ptr, unsigned long size, unsigned long seen);
#define smp_cond_load_relaxed(ptr, cond_expr) \
	({ \
		__typeof__(ptr) __svalinn_ptr = (ptr); \
		__typeof__(*(ptr)) VAL; \
		for (;;) { \
			VAL = READ_ONCE(*__svalinn_ptr); \
			if (cond_expr) \
				break; \
			__svalinn_await_change(__svalinn_ptr, sizeof(*__svalinn_ptr), (unsigned long)VAL); \
		} \
		VAL; \
	})
#define smp_cond_load_acquire(ptr, cond_expr) smp_cond_load_relaxed(ptr, cond_expr)

/* ---- Exchanges: one atomic step, whatever ordering is asked for. Size in bytes; values in the low bytes. */
unsigned long __svalinn_xchg(volatile void *ptr, unsigned long size, unsigned long value);
unsigned long __svalinn_cmpxchg(volatile void *ptr, unsigned long size, unsigned long old, unsigned long value);
int __svalinn_try_cmpxchg(volatile void *ptr, unsigned long size, void *old, unsigned long value);

#define arch_xchg(p, v) ((__typeof__(*(p)))__svalinn_xchg((p), sizeof(*(p)), (unsigned long)(v)))
#define arch_xchg_relaxed(p, v) arch_xchg(p, v)
#define arch_xchg_acquire(p, v) arch_xchg(p, v)
#define arch_xchg_release(p, v) arch_xchg(p, v)

#define arch_cmpxchg(p, o, n) \
	((__typeof__(*(p)))__svalinn_cmpxchg((p), sizeof(*(p)), (unsigned long)(o), (unsigned long)(n)))
#define arch_cmpxchg_relaxed(p, o, n) arch_cmpxchg(p, o, n)
#define arch_cmpxchg_acquire(p, o, n) arch_cmpxchg(p, o, n)
#define arch_cmpxchg_release(p, o, n) arch_cmpxchg(p, o, n)
#define arch_cmpxchg_local(p, o, n) arch_cmpxchg(p, o, n)
#define arch_sync_cmpxchg(p, o, n) arch_cmpxchg(p, o, n)
#define arch_cmpxchg64(p, o, n) arch_cmpxchg(p, o, n)
#define arch_cmpxchg64_relaxed(p, o, n) arch_cmpxchg(p, o, n)
#define arch_cmpxchg64_acquire(p, o, n) arch_cmpxchg(p, o, n)
#define arch_cmpxchg64_release(p, o, n) arch_cmpxchg(p, o, n)
#define arch_cmpxchg64_local(p, o, n) arch_cmpxchg(p, o, n)

#define arch_try_cmpxchg(p, o, n) ((_Bool)__svalinn_try_cmpxchg((p), sizeof(*(p)), (o), (unsigned long)(n)))
#define arch_try_cmpxchg_relaxed(p, o, n) arch_try_cmpxchg(p, o, n)
#define arch_try_cmpxchg_acquire(p, o, n) arch_try_cmpxchg(p, o, n)
#define arch_try_cmpxchg_release(p, o, n) arch_try_cmpxchg(p, o, n)
#define arch_try_cmpxchg64(p, o, n) arch_try_cmpxchg(p, o, n)
#define arch_try_cmpxchg64_relaxed(p, o, n) arch_try_cmpxchg(p, o, n)
#define arch_try_cmpxchg64_acquire(p, o, n) arch_try_cmpxchg(p, o, n)
#define arch_try_cmpxchg64_release(p, o, n) arch_try_cmpxchg(p, o, n)

/* ---- The task that runs, and what its CPU has of its own. */
struct task_struct;
struct task_struct *__svalinn_current(void);
void *__svalinn_this_cpu(const volatile void *ptr);
void *__svalinn_per_cpu(const volatile void *ptr, int cpu);

#define current __svalinn_current()
#define raw_cpu_ptr(ptr) ((__typeof__(*(ptr)) *)__svalinn_this_cpu(ptr))
#define this_cpu_ptr(ptr) raw_cpu_ptr(ptr)
#define per_cpu_ptr(ptr, cpu) ((__typeof__(*(ptr)) *)__svalinn_per_cpu((ptr), (cpu)))

#define raw_cpu_read(pcp) (*raw_cpu_ptr(&(pcp)))
#define raw_cpu_write(pcp, val) ((void)(*raw_cpu_ptr(&(pcp)) = (val)))
#define raw_cpu_add(pcp, val) ((void)(*raw_cpu_ptr(&(pcp)) += (val)))
#define raw_cpu_and(pcp, val) ((void)(*raw_cpu_ptr(&(pcp)) &= (val)))
#define raw_cpu_or(pcp, val) ((void)(*raw_cpu_ptr(&(pcp)) |= (val)))
#define raw_cpu_add_return(pcp, val) (*raw_cpu_ptr(&(pcp)) += (val))
#define raw_cpu_xchg(pcp, val) arch_xchg(raw_cpu_ptr(&(pcp)), val)
#define raw_cpu_cmpxchg(pcp, o, n) arch_cmpxchg(raw_cpu_ptr(&(pcp)), o, n)

#define this_cpu_read(pcp) raw_cpu_read(pcp)
#define this_cpu_write(pcp, val) raw_cpu_write(pcp, val)
#define this_cpu_add(pcp, val) raw_cpu_add(pcp, val)
#define this_cpu_and(pcp, val) raw_cpu_and(pcp, val)
#define this_cpu_or(pcp, val) raw_cpu_or(pcp, val)
#define this_cpu_add_return(pcp, val) raw_cpu_add_return(pcp, val)
#define this_cpu_xchg(pcp, val) raw_cpu_xchg(pcp, val)
#define this_cpu_cmpxchg(pcp, o, n) raw_cpu_cmpxchg(pcp, o, n)

#define __this_cpu_read(pcp) raw_cpu_read(pcp)
#define __this_cpu_write(pcp, val) raw_cpu_write(pcp, val)
#define __this_cpu_add(pcp, val) raw_cpu_add(pcp, val)
#define __this_cpu_and(pcp, val) raw_cpu_and(pcp, val)
#define __this_cpu_or(pcp, val) raw_cpu_or(pcp, val)
#define __this_cpu_add_return(pcp, val) raw_cpu_add_return(pcp, val)
#define __this_cpu_xchg(pcp, val) raw_cpu_xchg(pcp, val)
#define __this_cpu_cmpxchg(pcp, o, n) raw_cpu_cmpxchg(pcp, o, n)

/* ---- Interrupts of this CPU. */
void __svalinn_irq_disable(void);
void __svalinn_irq_enable(void);
unsigned long __svalinn_irq_save(void);
void __svalinn_irq_restore(unsigned long flags);
int __svalinn_irqs_disabled(void);

#define raw_local_irq_disable() __svalinn_irq_disable()
#define raw_local_irq_enable() __svalinn_irq_enable()
#define raw_local_irq_save(flags) ((void)((flags) = __svalinn_irq_save()))
#define raw_local_irq_restore(flags) __svalinn_irq_restore(flags)
#define raw_local_save_flags(flags) ((void)((flags) = (unsigned long)__svalinn_irqs_disabled()))
#define raw_irqs_disabled_flags(flags) ((flags) != 0)
#define raw_irqs_disabled() __svalinn_irqs_disabled()

/* ---- What is decided at boot is read as the plain variable it is: to look at it is no step. */
#define static_branch_likely(x) ((x)->key.enabled.counter > 0)
#define static_branch_unlikely(x) ((x)->key.enabled.counter > 0)

/* ---- The kernel's own word that something is wrong. */
void __svalinn_bug(const char *file, int line) __attribute__((noreturn));
void __svalinn_warn(const char *file, int line);

#define BUG() __svalinn_bug(__FILE__, __LINE__)
#define __WARN_FLAGS(...) __svalinn_warn(__FILE__, __LINE__)
#define __WARN_printf(...) __svalinn_warn(__FILE__, __LINE__)
