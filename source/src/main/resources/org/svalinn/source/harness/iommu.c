// SPDX-License-Identifier: Apache-2.0
/* Reaches what is static in drivers/iommu/iommu.c. Svalinn's own text. */
#include "drivers/iommu/iommu.c"

/* What iommu_subsys_init() decides from the command line */
void svalinn_default_domain_type(unsigned int type)
{
	iommu_def_domain_type = type;
}

/* What iommu_subsys_init() decides from the command line */
void svalinn_default_domain_type(unsigned int type)
{
	iommu_def_domain_type = type;
}
