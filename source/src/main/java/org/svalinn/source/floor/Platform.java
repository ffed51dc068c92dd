package org.svalinn.source.floor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.svalinn.machine.iommu.smmuv3.SmmuIds;
import org.svalinn.machine.iommu.smmuv3.SmmuV3;
import org.svalinn.machine.iommu.vtd.VtdConfig;
import org.svalinn.machine.iommu.vtd.VtdIommu;
import org.svalinn.machine.pcie.Capabilities;
import org.svalinn.source.parse.Configuration;
import org.svalinn.source.tree.SourceTree;

/**
 * A kind of machine that the source kernel can be built for: an architecture and its IOMMU. What differs between them
 * in C is in files of the harness with the same functions: {@code svalinn_boot_arch}, {@code svalinn_probe_iommu},
 * {@code svalinn_probe_device}, {@code svalinn_pasid_table}.
 */
public enum Platform {
    /** Arm's SMMUv3 on arm64. */
    SMMUV3(
            "smmuv3",
            Configuration::arm64,
            List.of("arm64.c", "smmuv3.c"),
            List.of(
                    "drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c",
                    "drivers/iommu/io-pgtable-arm.c",
                    "drivers/iommu/io-pgtable.c",
                    "arch/arm64/mm/mmap.c",
                    "arch/arm64/mm/pgd.c"),
            Capabilities.UNTRANSLATED) {
        @Override
        PasidTable pasidTable(long table) {
            return new PasidTable.Linear(table);
        }

        @Override
        void install(Floor floor, World world) {
            Board board = world.board();
            board.plug(new SmmuV3(
                    SmmuIds.DEFAULT, board.steps(), board.memory(), board.interrupts(FIRST_LINE), board.objects(), "smmu"));
            CommandQueue.install(floor, world, "svalinn/smmuv3.c", "arm_smmu_cmdq_issue_cmdlist", CMDQ_PROD, false);
        }
    },

    /** Intel's VT-d in scalable mode on x86-64. */
    VTD(
            "vtd",
            Configuration::x86,
            List.of("x86.c", "dmar.c", "vtd.c"),
            List.of(
                    "arch/x86/mm/pgprot.c",
                    "arch/x86/mm/pgtable.c",
                    "drivers/iommu/intel/cap_audit.c",
                    "drivers/iommu/intel/pasid.c",
                    "drivers/iommu/intel/svm.c"),
            Capabilities.SVA) {
        @Override
        PasidTable pasidTable(long table) {
            return new PasidTable.Directory(table);
        }

        @Override
        public String refusal(SourceTree tree) {
            String file = "drivers/iommu/iommu.c";
            String text = tree.text(file);
            List<String> lines = text == null ? List.of() : text.lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).strip().equals("if (IS_ENABLED(CONFIG_X86))")) {
                    return "SVA is compiled out on x86 at " + file + ":" + (i + 1) + "; a patch can lift it";
                }
            }
            return "";
        }

        @Override
        void install(Floor floor, World world) {
            Bits.install(floor, world);
            Completions.install(floor, world);
            floor.add("arch/x86/mm/pgtable.c: the tables of processes have no kernel half and are in no list", (cpu, args, site) -> 0,
                    "pgd_ctor", "pgd_dtor");
            floor.add("arch/x86/include/asm/tsc.h: no time passes", (cpu, args, site) -> 0, "get_cycles");
            Board board = world.board();
            board.plug(new VtdIommu(
                    "dmar0", VtdConfig.standard().withFiveLevels(false), board.memory(), board.steps(), board.objects(), board));
            CommandQueue.install(floor, world, "svalinn/dmar.c", "qi_submit_sync", IQT, true);
        }
    };

    /** CMDQ_PROD: SMMUv3 specification (Arm IHI 0070), 6.3.29. */
    private static final long CMDQ_PROD = 0x98;

    /** Invalidation Queue Tail Register: VT-d specification, 11.4.9.2. */
    private static final long IQT = 0x88;

    /** The kernel's number of the IOMMU's first interrupt line: 0 would be none. */
    private static final int FIRST_LINE = 1;

    private final String text;
    private final Supplier<Configuration> configuration;
    private final List<String> harness;
    private final List<String> kernel;
    private final Capabilities capabilities;

    Platform(
            String text,
            Supplier<Configuration> configuration,
            List<String> harness,
            List<String> kernel,
            Capabilities capabilities) {
        this.text = text;
        this.configuration = configuration;
        this.harness = harness;
        this.kernel = kernel;
        this.capabilities = capabilities;
    }

    /** What its devices can do: on Arm they stall in the SMMU, on PCIe they request pages themselves. */
    public Capabilities capabilities() {
        return capabilities;
    }

    /** What people call it: the name of its IOMMU. */
    public String text() {
        return text;
    }

    public Configuration configuration() {
        return configuration.get();
    }

    /** The harness's files. */
    public List<String> harnessFiles() {
        return joined(Harness.COMMON, harness);
    }

    /** The kernel's files that are loaded by themselves. */
    public List<String> kernelFiles() {
        return joined(Harness.KERNEL, kernel);
    }

    private static List<String> joined(List<String> common, List<String> own) {
        List<String> files = new ArrayList<>(common);
        files.addAll(own);
        return files;
    }

    /** Why this tree refuses every bind on this platform, in words, where that is known; else empty. */
    public String refusal(SourceTree tree) {
        return "";
    }

    /** The table of a device that PASIDs index, which its harness function {@code svalinn_pasid_table} has given. */
    abstract PasidTable pasidTable(long table);

    /** Puts on the floor what only this platform calls, and the IOMMU on the board. */
    abstract void install(Floor floor, World world);
}
