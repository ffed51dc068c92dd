// SPDX-License-Identifier: Apache-2.0
/* What is arm64's own. Svalinn's own text. */
#include "arch/arm64/mm/context.c"
#include <asm/cpufeature.h>
#include <asm/sysreg.h>

s64 memstart_addr = 0x40000000;
u64 kimage_voffset;
/* No optional capability is there */
DECLARE_BITMAP(cpu_hwcaps, ARM64_NCAPS);

/* arch/arm64/kernel/cpufeature.c: every CPU of the simulated machine is alike */
u64 read_sanitised_ftr_reg(u32 id)
{
	return id == SYS_ID_AA64MMFR0_EL1 ? read_sysreg_s(SYS_ID_AA64MMFR0_EL1) : 0;
}

void svalinn_boot_arch(void)
{
	asids_init();
	asids_update_limit();
}
