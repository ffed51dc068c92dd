// SPDX-License-Identifier: Apache-2.0
/*
 * mm/page_alloc.c and kernel/dma/mapping.c by the names that the kernel calls. A struct page is only ever an address
 * here, which the architecture's own headers compute; nothing is kept in it. A page has one user, so to put it is to free
 * it, and a device reaches memory where it is: a DMA address is a physical one. Svalinn's own text.
 */
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/pagemap.h>

unsigned long __svalinn_pages(gfp_t gfp, unsigned int order);
void __svalinn_free_pages(unsigned long address, unsigned int order);

struct page *__alloc_pages(gfp_t gfp, unsigned int order, int preferred_nid, nodemask_t *nodemask)
{
	return virt_to_page((void *)__svalinn_pages(gfp, order));
}

void __free_pages(struct page *page, unsigned int order)
{
	__svalinn_free_pages((unsigned long)page_to_virt(page), order);
}

unsigned long __get_free_pages(gfp_t gfp, unsigned int order)
{
	return __svalinn_pages(gfp, order);
}

unsigned long get_zeroed_page(gfp_t gfp)
{
	return __svalinn_pages(gfp, 0);
}

void free_pages(unsigned long address, unsigned int order)
{
	if (address)
		__svalinn_free_pages(address, order);
}

/* for put_page() */
void svalinn_put_page(struct page *page)
{
	__free_pages(page, 0);
}

void release_pages(struct page **pages, int count)
{
	int i;

	for (i = 0; i < count; i++)
		__free_pages(pages[i], 0);
}

void *dma_alloc_attrs(struct device *dev, size_t size, dma_addr_t *handle, gfp_t gfp, unsigned long attrs)
{
	void *memory = (void *)__svalinn_pages(gfp, get_order(size));

	*handle = virt_to_phys(memory);
	return memory;
}

void dma_free_attrs(struct device *dev, size_t size, void *memory, dma_addr_t handle, unsigned long attrs)
{
	if (memory)
		__svalinn_free_pages((unsigned long)memory, get_order(size));
}

/* What is freed with its device is kept: no device goes away here. */
void *dmam_alloc_attrs(struct device *dev, size_t size, dma_addr_t *handle, gfp_t gfp, unsigned long attrs)
{
	return dma_alloc_attrs(dev, size, handle, gfp, attrs);
}
