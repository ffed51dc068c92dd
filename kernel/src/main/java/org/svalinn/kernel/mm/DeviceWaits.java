package org.svalinn.kernel.mm;

/**
 * Waits for devices that are under way while the memory of an mm cannot be freed before they are over: see
 * {@link Reclaim}.
 */
final class DeviceWaits {
    int count;
    String what = "";
}
