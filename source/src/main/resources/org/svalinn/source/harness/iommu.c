// SPDX-License-Identifier: Apache-2.0
/* Joins a device to a group of its own, as iommu_probe_device() does without its sysfs part. Svalinn's own text. */
#include "drivers/iommu/iommu.c"

void svalinn_join_group(struct device *dev, struct iommu_domain *domain)
{
	struct iommu_group *group = kzalloc(sizeof(*group), GFP_KERNEL);
	struct group_device *member = kzalloc(sizeof(*member), GFP_KERNEL);

	group->devices_kobj = kzalloc(sizeof(*group->devices_kobj), GFP_KERNEL);
	kref_init(&group->devices_kobj->kref);
	mutex_init(&group->mutex);
	INIT_LIST_HEAD(&group->devices);
	INIT_LIST_HEAD(&group->entry);
	group->default_domain = domain;
	group->domain = domain;

	member->dev = dev;
	list_add_tail(&member->list, &group->devices);
	dev->iommu_group = group;
}

/* What iommu_subsys_init() decides from the command line */
void svalinn_default_domain_type(unsigned int type)
{
	iommu_def_domain_type = type;
}
