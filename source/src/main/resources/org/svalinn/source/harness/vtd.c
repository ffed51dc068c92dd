// SPDX-License-Identifier: Apache-2.0
/*
 * Intel's IOMMU driver started as intel_iommu_init() starts it, in scalable mode, and functions of a PCI bus behind it.
 * Svalinn's own text.
 */
#include "drivers/iommu/intel/iommu.c"

#define SVALINN_UNIT 0xfed90000

void __iomem *__svalinn_iommu_registers(void);
int svalinn_add_dmar_unit(u64 registers);
void svalinn_activate_irqs(void);
void svalinn_default_domain_type(unsigned int type);
struct pci_dev *svalinn_new_pci_function(u16 rid);

/* arch/x86/mm/ioremap.c: of all that is not memory only the unit is mapped */
void __iomem *ioremap(resource_size_t address, unsigned long size)
{
	return address == SVALINN_UNIT ? __svalinn_iommu_registers() : NULL;
}

/* Starts the driver. */
int svalinn_probe_iommu(void)
{
	struct dmar_drhd_unit *drhd;
	struct intel_iommu *iommu;
	int ret;

	/* The device DMA API is not there, and nobody needs its domains' cookie. */
	svalinn_default_domain_type(IOMMU_DOMAIN_UNMANAGED);
	ret = svalinn_add_dmar_unit(SVALINN_UNIT);
	if (ret)
		return ret;
	dmar_disabled = 0;
	down_write(&dmar_global_lock);
	ret = init_dmars();
	up_write(&dmar_global_lock);
	if (ret)
		return ret;
	svalinn_activate_irqs();
	for_each_active_iommu(iommu, drhd) {
		ret = iommu_device_register(&iommu->iommu, &intel_iommu_ops, NULL);
		if (ret)
			return ret;
		iommu_enable_translation(iommu);
	}
	intel_iommu_enabled = 1;
	return 0;
}

/* A function of the bus behind the unit, with its IOPF and SVA features turned on. NULL when the driver refuses them. */
struct device *svalinn_probe_device(u32 rid)
{
	struct pci_dev *pdev = svalinn_new_pci_function(rid);
	struct device *dev = &pdev->dev;

	if (iommu_probe_device(dev))
		return NULL;
	if (iommu_dev_enable_feature(dev, IOMMU_DEV_FEAT_IOPF))
		return NULL;
	if (iommu_dev_enable_feature(dev, IOMMU_DEV_FEAT_SVA))
		return NULL;
	return dev;
}

/* The PASID directory of this device */
u64 *svalinn_pasid_table(struct device *dev)
{
	return intel_pasid_get_table(dev)->table;
}
