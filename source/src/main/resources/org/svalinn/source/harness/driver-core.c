// SPDX-License-Identifier: Apache-2.0
/*
 * Stands for drivers/base, drivers/of, fs/sysfs and lib/kobject.c: devices are counted and have a few properties, but
 * nothing is listed anywhere, and what a driver asks to be undone when it is unbound is forgotten, since no driver is
 * unbound. Svalinn's own text.
 */
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/idr.h>
#include <linux/ioport.h>
#include <linux/iommu.h>
#include <linux/kref.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/property.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

struct bus_type platform_bus_type = { .name = "platform" };

/* lib/kobject.c: a kobject is only counted here */

static void release_kobject(struct kref *kref)
{
	WARN(1, "the last reference of a kobject that the harness holds was put");
}

struct kobject *kobject_get(struct kobject *kobj)
{
	if (kobj)
		kref_get(&kobj->kref);
	return kobj;
}

void kobject_put(struct kobject *kobj)
{
	if (kobj)
		kref_put(&kobj->kref, release_kobject);
}

int kobject_init_and_add(struct kobject *kobj, const struct kobj_type *ktype, struct kobject *parent,
			 const char *fmt, ...)
{
	kref_init(&kobj->kref);
	kobject_get(parent);
	return 0;
}

struct kobject *kobject_create_and_add(const char *name, struct kobject *parent)
{
	struct kobject *kobj = kzalloc(sizeof(*kobj), GFP_KERNEL);

	kref_init(&kobj->kref);
	kobject_get(parent);
	return kobj;
}

struct device *get_device(struct device *dev)
{
	if (dev)
		kobject_get(&dev->kobj);
	return dev;
}

void put_device(struct device *dev)
{
	if (dev)
		kobject_put(&dev->kobj);
}

/* fs/sysfs, drivers/iommu/iommu-sysfs.c: nothing is to be seen */

int sysfs_create_file_ns(struct kobject *kobj, const struct attribute *attr, const void *ns)
{
	return 0;
}

int sysfs_create_link(struct kobject *kobj, struct kobject *target, const char *name)
{
	return 0;
}

int sysfs_create_link_nowarn(struct kobject *kobj, struct kobject *target, const char *name)
{
	return 0;
}

int iommu_device_sysfs_add(struct iommu_device *iommu, struct device *parent, const struct attribute_group **groups,
			   const char *fmt, ...)
{
	return 0;
}

int iommu_device_link(struct iommu_device *iommu, struct device *link)
{
	return 0;
}

/* lib/kasprintf.c: names are for sysfs */
char *kasprintf(gfp_t gfp, const char *fmt, ...)
{
	return kzalloc(8, gfp);
}

/* lib/idr.c: numbers of groups and the like, never given back */
int ida_alloc_range(struct ida *ida, unsigned int min, unsigned int max, gfp_t gfp)
{
	static unsigned int next;

	return next++;
}

/* drivers/base/devres.c */

void *devm_kmalloc(struct device *dev, size_t size, gfp_t gfp)
{
	return kmalloc(size, gfp);
}

void devm_kfree(struct device *dev, const void *p)
{
	kfree(p);
}

int devm_add_action(struct device *dev, void (*action)(void *), void *data)
{
	return 0;
}

/* drivers/base/bus.c: devices are added after their IOMMU, so that there is none to find */
int bus_for_each_dev(struct bus_type *bus, struct device *start, void *data, int (*fn)(struct device *, void *))
{
	return 0;
}

/* drivers/base/driver.c: the device that a driver was bound to last */
struct device *svalinn_bound_device;

struct device *driver_find_device(struct device_driver *drv, struct device *start, const void *data,
				  int (*match)(struct device *dev, const void *data))
{
	return svalinn_bound_device && match(svalinn_bound_device, data) ? get_device(svalinn_bound_device) : NULL;
}

/*
 * drivers/base/property.c, drivers/of/property.c: the properties of a device tree node in the order in which the
 * tree has them; a value is one cell in the processor's own byte order, a NULL value a property without one.
 */

struct property *of_find_property(const struct device_node *np, const char *name, int *lenp)
{
	struct property *property;

	for (property = np->properties; property; property = property->next)
		if (!strcmp(property->name, name))
			return property;
	return NULL;
}

int of_property_read_variable_u32_array(const struct device_node *np, const char *propname, u32 *out_values,
					size_t sz_min, size_t sz_max)
{
	struct property *property = of_find_property(np, propname, NULL);

	if (!property)
		return -EINVAL;
	out_values[0] = *(u32 *)property->value;
	return sz_max ? 1 : 0;
}

bool device_property_present(struct device *dev, const char *propname)
{
	return dev->of_node && of_find_property(dev->of_node, propname, NULL);
}

int device_property_read_u32_array(struct device *dev, const char *propname, u32 *val, size_t nval)
{
	struct property *property = dev->of_node ? of_find_property(dev->of_node, propname, NULL) : NULL;

	if (!property)
		return -EINVAL;
	*val = *(u32 *)property->value;
	return 0;
}

void svalinn_add_property(struct device_node *np, const char *name, u32 value)
{
	struct property *property = kzalloc(sizeof(*property), GFP_KERNEL);
	u32 *cell = kzalloc(sizeof(*cell), GFP_KERNEL);

	*cell = value;
	property->name = (char *)name;
	property->value = cell;
	property->next = np->properties;
	np->properties = property;
}

const struct fwnode_handle *__dev_fwnode_const(const struct device *dev)
{
	return dev->of_node ? &dev->of_node->fwnode : dev->fwnode;
}

struct fwnode_handle *__dev_fwnode(struct device *dev)
{
	return dev->of_node ? &dev->of_node->fwnode : dev->fwnode;
}

const struct fwnode_operations of_fwnode_ops;

int device_match_fwnode(struct device *dev, const void *fwnode)
{
	return dev_fwnode(dev) == fwnode;
}

/* drivers/of/address.c */
bool of_dma_is_coherent(struct device_node *np)
{
	return of_find_property(np, "dma-coherent", NULL);
}

/* drivers/base/platform.c */

struct resource *platform_get_resource(struct platform_device *dev, unsigned int type, unsigned int num)
{
	unsigned int i;

	for (i = 0; i < dev->num_resources; i++)
		if (resource_type(&dev->resource[i]) == type && num-- == 0)
			return &dev->resource[i];
	return NULL;
}

int platform_get_irq_byname_optional(struct platform_device *dev, const char *name)
{
	unsigned int i;

	for (i = 0; i < dev->num_resources; i++)
		if (resource_type(&dev->resource[i]) == IORESOURCE_IRQ && !strcmp(dev->resource[i].name, name))
			return dev->resource[i].start;
	return -ENXIO;
}

/* kernel/module: all is built in */

bool is_module_address(unsigned long addr)
{
	return false;
}

bool try_module_get(struct module *module)
{
	return true;
}

void module_put(struct module *module)
{
}

/* kernel/dma: every device reaches all of memory */

int dma_set_mask(struct device *dev, u64 mask)
{
	return 0;
}

int dma_set_coherent_mask(struct device *dev, u64 mask)
{
	return 0;
}
