// SPDX-License-Identifier: Apache-2.0
/*
 * One SMMUv3, described by a device tree node, and the masters behind it. The driver's own functions do the rest:
 * arm_smmu_device_probe() sets it up and enables it, iommu_probe_device() has arm_smmu_probe_device() and
 * arm_smmu_attach_dev() install a stage-1 domain for each master. Svalinn's own text.
 */
#include "drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c"

#define SVALINN_SSID_BITS 4
#define SVALINN_SMMU_BASE 0x2b400000

void svalinn_add_property(struct device_node *np, const char *name, u32 value);
void svalinn_default_domain_type(unsigned int type);

extern struct device *svalinn_bound_device;
extern const struct fwnode_operations of_fwnode_ops;

static struct resource smmu_resources[] = {
	{ .start = SVALINN_SMMU_BASE, .end = SVALINN_SMMU_BASE + SZ_128K - 1, .flags = IORESOURCE_MEM },
	{ .name = "eventq", .start = 1, .flags = IORESOURCE_IRQ },
	{ .name = "priq", .start = 2, .flags = IORESOURCE_IRQ },
	{ .name = "gerror", .start = 4, .flags = IORESOURCE_IRQ },
};

void __iomem *__svalinn_iommu_registers(void);

/* lib/devres.c: only the SMMU has registers */
void __iomem *devm_ioremap_resource(struct device *dev, const struct resource *res)
{
	return __svalinn_iommu_registers() + (res->start - SVALINN_SMMU_BASE);
}

static struct device_node *svalinn_node(void)
{
	struct device_node *node = kzalloc(sizeof(*node), GFP_KERNEL);

	node->fwnode.ops = &of_fwnode_ops;
	return node;
}

static void svalinn_init_device(struct device *dev, struct bus_type *bus, const char *name)
{
	kref_init(&dev->kobj.kref);
	mutex_init(&dev->mutex);
	dev->bus = bus;
	dev->init_name = name;
	dev->kobj.name = name;
	dev->of_node = svalinn_node();
}

/* Probes the SMMU; an error number when its driver refuses it. */
int svalinn_probe_iommu(void)
{
	struct platform_device *pdev = kzalloc(sizeof(*pdev), GFP_KERNEL);
	int ret;

	svalinn_init_device(&pdev->dev, &platform_bus_type, "smmu");
	svalinn_add_property(pdev->dev.of_node, "#iommu-cells", 1);
	svalinn_add_property(pdev->dev.of_node, "dma-coherent", 1);
	pdev->resource = smmu_resources;
	pdev->num_resources = ARRAY_SIZE(smmu_resources);

	/* The device DMA API is not there, and nobody needs its domains' cookie. */
	svalinn_default_domain_type(IOMMU_DOMAIN_UNMANAGED);
	ret = arm_smmu_device_probe(pdev);
	if (!ret)
		svalinn_bound_device = &pdev->dev;
	return ret;
}

/* A platform device behind the SMMU that can stall, with its IOPF and SVA features turned on. NULL when refused. */
struct device *svalinn_probe_device(u32 sid)
{
	struct device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	struct of_phandle_args args = { .args_count = 1, .args = { sid } };

	svalinn_init_device(dev, &platform_bus_type, "device");
	svalinn_add_property(dev->of_node, "pasid-num-bits", SVALINN_SSID_BITS);
	svalinn_add_property(dev->of_node, "dma-can-stall", 1);

	/* of_iommu_xlate() */
	if (iommu_fwspec_init(dev, dev_fwnode(svalinn_bound_device), &arm_smmu_ops))
		return NULL;
	if (arm_smmu_of_xlate(dev, &args))
		return NULL;

	if (iommu_probe_device(dev))
		return NULL;
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
