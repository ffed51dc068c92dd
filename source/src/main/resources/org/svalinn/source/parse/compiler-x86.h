/* What the compiler defines for x86-64, besides compiler.h. */
#define __x86_64 1
#define __x86_64__ 1
#define __amd64 1
#define __amd64__ 1
#define __code_model_kernel__ 1
#define __GCC_ASM_FLAG_OUTPUTS__ 1
#define __SEG_FS 1
#define __SEG_GS 1
