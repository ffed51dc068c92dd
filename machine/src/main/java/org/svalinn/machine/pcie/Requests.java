package org.svalinn.machine.pcie;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.svalinn.machine.iommu.UnsupportedFeature;

/**
 * What decides whether a function may send a request, and how: ATS and PASID Control, what is stopped, whether it was
 * reset or removed; and the ATC. It takes no steps: whoever calls has announced one on the requests of the function.
 */
final class Requests {
    // ATS Control (10.5.1.3)
    static final int ATS_ENABLE = 1 << 15;
    private static final int STU = 0x1f;

    // PASID Control (7.8.9.3)
    static final int PASID_ENABLE = 1;
    static final int PASID_EXECUTE = 1 << 1;
    static final int PASID_PRIVILEGED = 1 << 2;

    private static final int MINIMUM_PAGE_SHIFT = 12;
    private static final int[] NONE = {};

    private final Capabilities capabilities;
    private final boolean ignoresStop;
    final Atc atc;
    private boolean present = true;
    private int generation;
    private int atsControl;
    private int pasidControl;
    private boolean atcOff;
    private int[] stopped = NONE;
    private boolean allStopped;

    Requests(Capabilities capabilities, boolean ignoresStop) {
        this.capabilities = capabilities;
        this.ignoresStop = ignoresStop;
        atc = new Atc(capabilities.atcWays());
    }

    /** Why a request may not be sent for work that was given to the function in a generation; null if it may. */
    @Nullable Status refusal(int pasid, boolean privileged, int workGeneration) {
        if (!present) {
            return Status.REMOVED;
        }
        if (workGeneration != generation) {
            return Status.RESET;
        }
        if (isSilent(pasid)) {
            return Status.STOPPED;
        }
        if (pasid >= 0) {
            boolean enabled = (pasidControl & PASID_ENABLE) != 0 && pasid >>> capabilities.pasidWidth() == 0;
            if (!enabled || privileged && (pasidControl & PASID_PRIVILEGED) == 0) {
                return Status.REFUSED;
            }
        }
        return null;
    }

    boolean usesAts() {
        return (atsControl & ATS_ENABLE) != 0 && capabilities.ats() && !atcOff;
    }

    /** The Smallest Translation Unit (10.5.1.3), as a shift. */
    int smallestTranslation() {
        return MINIMUM_PAGE_SHIFT + (atsControl & STU);
    }

    /** A Translation Request was answered with Unsupported Request: no ATS until it is enabled anew (10.2.3). */
    void turnAtcOff() {
        atcOff = true;
        atc.clear();
    }

    boolean isPresent() {
        return present;
    }

    void remove() {
        present = false;
    }

    /** Back to what it is after power-on, by a reset of the function. */
    void powerOn() {
        generation++;
        atc.clear();
        atsControl = 0;
        pasidControl = 0;
        atcOff = false;
        startAll();
    }

    int atsControl() {
        return atsControl;
    }

    /** A write of ATS Control. Whether it enables ATS, and so drops every translation (10.3.7). */
    boolean writeAtsControl(int value) {
        boolean enables = (value & ATS_ENABLE) != 0;
        if (enables && (atsControl & ATS_ENABLE) != 0) {
            return false;
        }
        if (enables) {
            atc.clear();
            atcOff = false;
        }
        atsControl = value & (ATS_ENABLE | STU);
        return enables;
    }

    int pasidControl() {
        return pasidControl;
    }

    void writePasidControl(int value, String function) {
        if ((atsControl & ATS_ENABLE) != 0 && ((value ^ pasidControl) & PASID_ENABLE) != 0) {
            throw new UnsupportedFeature("a change of PASID Enable while ATS is enabled (7.8.9.3) in " + function);
        }
        pasidControl = value & (PASID_ENABLE | PASID_EXECUTE | PASID_PRIVILEGED);
    }

    // Stopping

    /** Whether no request with this PASID is sent. */
    boolean isSilent(int pasid) {
        return (allStopped || stopped.length > 0 && isStopped(pasid)) && !ignoresStop;
    }

    private boolean isStopped(int pasid) {
        for (int number : stopped) {
            if (number == pasid) {
                return true;
            }
        }
        return false;
    }

    void stop(int pasid) {
        if (!isStopped(pasid)) {
            stopped = with(stopped, pasid);
        }
    }

    void stopAll() {
        allStopped = true;
    }

    void start(int pasid) {
        stopped = without(stopped, pasid);
    }

    void startAll() {
        allStopped = false;
        stopped = NONE;
    }

    static int[] with(int[] numbers, int number) {
        int[] more = Arrays.copyOf(numbers, numbers.length + 1);
        more[numbers.length] = number;
        return more;
    }

    static int[] without(int[] numbers, int number) {
        return numbers.length == 0 ? numbers : Arrays.stream(numbers).filter(n -> n != number).toArray();
    }

    /** A copy that shares nothing that changes. */
    Requests copy() {
        Requests copy = new Requests(capabilities, ignoresStop);
        copy.set(this);
        return copy;
    }

    void set(Requests other) {
        atc.set(other.atc);
        present = other.present;
        generation = other.generation;
        atsControl = other.atsControl;
        pasidControl = other.pasidControl;
        atcOff = other.atcOff;
        stopped = other.stopped;
        allStopped = other.allStopped;
    }
}
