/* What the compiler defines for 64-bit little-endian Arm, besides compiler.h. */
#define __aarch64__ 1
#define __AARCH64EL__ 1
#define __AARCH64_CMODEL_SMALL__ 1
#define __ARM_ARCH 8
#define __ARM_64BIT_STATE 1
#define __ARM_ARCH_ISA_A64 1
#define __ARM_FEATURE_UNALIGNED 1
