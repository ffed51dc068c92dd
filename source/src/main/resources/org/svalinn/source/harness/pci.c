// SPDX-License-Identifier: Apache-2.0
/*
 * Stands for drivers/pci: one bus, on which each function of a device is its own group. Its capabilities are ATS, PRI with
 * PASIDs in responses, and PASID, in the order in which a driver may turn them on. Svalinn's own text.
 */
#include <linux/pci.h>
#include <linux/pci-ats.h>
#include <linux/slab.h>

#define SVALINN_PASID_BITS 8
#define SVALINN_ATS_QUEUE_DEPTH 16

struct bus_type pci_bus_type = { .name = "pci" };

static struct pci_bus the_bus;
static struct pci_dev *the_functions[4];

/* A function of the bus with this requester id. It is attached to no IOMMU yet. */
struct pci_dev *svalinn_new_pci_function(u16 rid)
{
	struct pci_dev *pdev = kzalloc(sizeof(*pdev), GFP_KERNEL);
	int i;

	the_bus.number = PCI_BUS_NUM(rid);
	pdev->bus = &the_bus;
	pdev->devfn = rid & 0xff;
	pdev->dev.bus = &pci_bus_type;
	pdev->ats_cap = 0x100;
	pdev->pri_cap = 0x120;
	pdev->pasid_cap = 0x140;
	kref_init(&pdev->dev.kobj.kref);
	for (i = 0; i < ARRAY_SIZE(the_functions); i++) {
		if (!the_functions[i]) {
			the_functions[i] = pdev;
			return pdev;
		}
	}
	return NULL;
}

/* drivers/pci/search.c */
struct pci_dev *pci_get_domain_bus_and_slot(int domain, unsigned int bus, unsigned int devfn)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(the_functions); i++) {
		struct pci_dev *pdev = the_functions[i];

		if (pdev && pdev->bus->number == bus && pdev->devfn == devfn)
			return to_pci_dev(get_device(&pdev->dev));
	}
	return NULL;
}

struct pci_dev *pci_get_device(unsigned int vendor, unsigned int device, struct pci_dev *from)
{
	return NULL;
}

int pci_for_each_dma_alias(struct pci_dev *pdev, int (*fn)(struct pci_dev *pdev, u16 alias, void *data), void *data)
{
	return fn(pdev, pci_dev_id(pdev), data);
}

void pci_dev_put(struct pci_dev *dev)
{
	if (dev)
		put_device(&dev->dev);
}

/* drivers/pci/pci.c */
bool pci_device_is_present(struct pci_dev *pdev)
{
	return true;
}

struct pci_dev *pci_real_dma_dev(struct pci_dev *dev)
{
	return dev;
}

/* drivers/pci/ats.c */
bool pci_ats_supported(struct pci_dev *pdev)
{
	return pdev->ats_cap;
}

int pci_enable_ats(struct pci_dev *pdev, int ps)
{
	pdev->ats_stu = ps;
	pdev->ats_enabled = 1;
	return 0;
}

int pci_ats_queue_depth(struct pci_dev *pdev)
{
	return SVALINN_ATS_QUEUE_DEPTH;
}

int pci_ats_page_aligned(struct pci_dev *pdev)
{
	return 1;
}

bool pci_pri_supported(struct pci_dev *pdev)
{
	return pdev->pri_cap;
}

int pci_reset_pri(struct pci_dev *pdev)
{
	return pdev->pri_enabled ? -EBUSY : 0;
}

int pci_enable_pri(struct pci_dev *pdev, u32 reqs)
{
	pdev->pri_reqs_alloc = reqs;
	pdev->pri_enabled = 1;
	return 0;
}

int pci_prg_resp_pasid_required(struct pci_dev *pdev)
{
	return 1;
}

int pci_pasid_features(struct pci_dev *pdev)
{
	return pdev->pasid_cap ? 0 : -EINVAL;
}

int pci_max_pasids(struct pci_dev *pdev)
{
	return pdev->pasid_cap ? 1 << SVALINN_PASID_BITS : -EINVAL;
}

int pci_enable_pasid(struct pci_dev *pdev, int features)
{
	if (pdev->ats_enabled || pdev->pasid_enabled)
		return -EBUSY;
	pdev->pasid_features = features;
	pdev->pasid_enabled = 1;
	return 0;
}
