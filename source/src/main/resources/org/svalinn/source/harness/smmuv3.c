// SPDX-License-Identifier: Apache-2.0
/*
 * One SMMUv3 and its masters as arm_smmu_device_probe(), arm_smmu_probe_device() and arm_smmu_attach_dev() leave
 * them: stage 1, linear context-descriptor tables, ATS and stalls, no broadcast TLB maintenance. Svalinn's own text.
 */
#include "drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c"

#define SVALINN_SSID_BITS 4

void svalinn_join_group(struct device *dev, struct iommu_domain *domain);

static struct arm_smmu_device *the_smmu;

void svalinn_probe_iommu(void)
{
	struct arm_smmu_device *smmu = kzalloc(sizeof(*smmu), GFP_KERNEL);

	smmu->features = ARM_SMMU_FEAT_TRANS_S1 | ARM_SMMU_FEAT_TT_LE | ARM_SMMU_FEAT_COHERENCY |
			 ARM_SMMU_FEAT_STALLS | ARM_SMMU_FEAT_ATS;
	smmu->ias = 48;
	smmu->oas = 48;
	smmu->pgsize_bitmap = SZ_4K | SZ_2M | SZ_1G;
	smmu->asid_bits = 16;
	smmu->ssid_bits = SVALINN_SSID_BITS;
	smmu->iommu.ops = &arm_smmu_ops;
	smmu->evtq.iopf = iopf_queue_alloc("svalinn");
	if (arm_smmu_sva_supported(smmu))
		smmu->features |= ARM_SMMU_FEAT_SVA;
	the_smmu = smmu;
}

static struct iommu_domain *svalinn_domain(void)
{
	struct arm_smmu_domain *domain = kzalloc(sizeof(*domain), GFP_KERNEL);

	domain->smmu = the_smmu;
	domain->stage = ARM_SMMU_DOMAIN_S1;
	domain->stall_enabled = true;
	domain->s1_cfg.s1fmt = STRTAB_STE_0_S1FMT_LINEAR;
	domain->s1_cfg.s1cdmax = SVALINN_SSID_BITS;
	domain->s1_cfg.cdcfg.cdtab = kzalloc((CTXDESC_CD_DWORDS << 3) << SVALINN_SSID_BITS, GFP_KERNEL);
	domain->domain.pgsize_bitmap = the_smmu->pgsize_bitmap;
	mutex_init(&domain->init_mutex);
	INIT_LIST_HEAD(&domain->devices);
	spin_lock_init(&domain->devices_lock);
	INIT_LIST_HEAD(&domain->mmu_notifiers);
	return &domain->domain;
}

/* A device behind the SMMU, with its IOPF and SVA features turned on. NULL when the driver refuses them. */
struct device *svalinn_probe_device(u32 sid)
{
	struct device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	struct arm_smmu_master *master = kzalloc(sizeof(*master), GFP_KERNEL);
	struct iommu_domain *domain = svalinn_domain();
	struct arm_smmu_domain *smmu_domain = to_smmu_domain(domain);

	kref_init(&dev->kobj.kref);
	dev->iommu = kzalloc(sizeof(*dev->iommu), GFP_KERNEL);
	mutex_init(&dev->iommu->lock);
	dev->iommu->iommu_dev = &the_smmu->iommu;
	dev_iommu_priv_set(dev, master);

	master->smmu = the_smmu;
	master->dev = dev;
	master->domain = smmu_domain;
	master->streams = kzalloc(sizeof(*master->streams), GFP_KERNEL);
	master->streams[0].id = sid;
	master->streams[0].master = master;
	master->num_streams = 1;
	master->ats_enabled = true;
	master->stall_enabled = true;
	master->ssid_bits = SVALINN_SSID_BITS;
	INIT_LIST_HEAD(&master->bonds);
	list_add(&master->domain_head, &smmu_domain->devices);
	atomic_inc(&smmu_domain->nr_ats_masters);

	svalinn_join_group(dev, domain);
	if (iommu_dev_enable_feature(dev, IOMMU_DEV_FEAT_IOPF))
		return NULL;
	if (iommu_dev_enable_feature(dev, IOMMU_DEV_FEAT_SVA))
		return NULL;
	return dev;
}

/* The first context descriptor of this device: what a PASID indexes */
__le64 *svalinn_pasid_table(struct device *dev)
{
	return to_smmu_domain(iommu_get_domain_for_dev(dev))->s1_cfg.cdcfg.cdtab;
}
