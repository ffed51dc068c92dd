// SPDX-License-Identifier: Apache-2.0
/*
 * One DMAR unit with all devices behind it, as ACPI's tables would say, and its interrupts. Svalinn's own text.
 */
#include "drivers/iommu/intel/dmar.c"

#include <linux/msi.h>

#define SVALINN_MOST_IRQS 8
#define SVALINN_MSI_ADDRESS 0xfee00000

static struct irq_data the_irqs[SVALINN_MOST_IRQS];
static struct irq_common_data the_irqs_common[SVALINN_MOST_IRQS];
static int the_last_irq;

/* arch/x86/kernel/apic/msi.c: an interrupt line for a unit */
int dmar_alloc_hwirq(int id, int node, void *arg)
{
	int irq = ++the_last_irq;

	the_irqs[irq].irq = irq;
	the_irqs[irq].common = &the_irqs_common[irq];
	the_irqs_common[irq].handler_data = arg;
	return irq;
}

/* kernel/irq/irqdesc.c */
struct irq_data *irq_get_irq_data(unsigned int irq)
{
	return &the_irqs[irq];
}

/* What request_irq() has done through the chip of these interrupts: an address and a datum, then unmasked. */
void svalinn_activate_irqs(void)
{
	int irq;

	for (irq = 1; irq <= the_last_irq; irq++) {
		struct msi_msg message = { .address_lo = SVALINN_MSI_ADDRESS, .data = irq };

		dmar_msi_write(irq, &message);
		dmar_msi_unmask(&the_irqs[irq]);
	}
}

/* The unit at these registers; an error number when the driver refuses it. */
int svalinn_add_dmar_unit(u64 registers)
{
	struct acpi_dmar_hardware_unit unit = {
		.header = { .type = ACPI_DMAR_TYPE_HARDWARE_UNIT, .length = sizeof(unit) },
		.flags = ACPI_DMAR_INCLUDE_ALL,
		.address = registers,
	};

	return dmar_parse_one_drhd(&unit.header, NULL);
}
