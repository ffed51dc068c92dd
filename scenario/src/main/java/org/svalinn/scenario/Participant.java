package org.svalinn.scenario;

import java.util.ArrayList;
import java.util.List;

/** A task of a scenario, and what its fellows may do to it: state of one execution. */
final class Participant {
    private static final int FIRST_OBJECT = 512;
    private static final int OBJECTS = 4;
    private static final long FIRST_PAGE = 0x10000;
    private static final long PAGE = 0x1000;
    /** How many pages a task can map before it would get another's. */
    private static final int PAGES = 16;

    final int number;
    final String name;
    /** The PASID that its mm had after the setup. */
    int pasid;
    int mappings;
    /** What devices reach for: the anonymous page that it, or whom it was forked from, mapped first in the setup, or would. */
    long firstPage;

    boolean hasPage;
    boolean born;
    boolean killed;
    boolean exited;

    private final boolean bornByActor;
    private int mappingsOfSetup;
    /** What it has mapped last, and before that, its maker's before it was born included: the last is the next to go. */
    private final List<Mapping> mapped = new ArrayList<>();

    private List<Mapping> mappedInSetup = List.of();

    /** @param isFile whether it is a device's file that is mapped */
    record Mapping(long address, boolean isFile) {}

    /** @param bornByActor whether it is born by what an actor does, and so not before the actors begin */
    Participant(int number, String name, boolean bornByActor) {
        this.number = number;
        this.name = name;
        this.bornByActor = bornByActor;
        beginSetup();
    }

    boolean isBornByActor() {
        return bornByActor;
    }

    /** Where its mapping of this number is: threads of one mm do not map the same pages. */
    long page(int mapping) {
        return FIRST_PAGE + PAGE * (PAGES * number + mapping);
    }

    void beginSetup() {
        mappings = 0;
        firstPage = page(0);
        hasPage = false;
        mapped.clear();
    }

    void endSetup(int pasidOfMm) {
        pasid = pasidOfMm;
        mappingsOfSetup = mappings;
        mappedInSetup = List.copyOf(mapped);
    }

    /** As it is right after the setup. */
    void begin() {
        born = !bornByActor;
        killed = false;
        exited = false;
        mappings = mappingsOfSetup;
        mapped.clear();
        mapped.addAll(mappedInSetup);
    }

    void map(long address, boolean isFile) {
        mapped.add(new Mapping(address, isFile));
    }

    /** The anonymous page that it mapped last; where it would map next, where there is none. */
    long lastAnonymous() {
        return mapped.reversed().stream().filter(mapping -> !mapping.isFile()).mapToLong(Mapping::address).findFirst()
                .orElse(page(mappings));
    }

    /** The page that it mapped last. */
    long last() {
        return mapped.isEmpty() ? page(mappings) : mapped.getLast().address();
    }

    /** The page that it mapped last goes. */
    long unmapLast() {
        return mapped.isEmpty() ? page(mappings) : mapped.removeLast().address();
    }

    void unmapAll() {
        mapped.clear();
    }

    /** It is born: its maker's pages are its own, too. */
    void inherit(Participant maker) {
        mapped.clear();
        mapped.addAll(maker.mapped);
    }

    long birth() {
        return FIRST_OBJECT + (long) number * OBJECTS;
    }

    long signals() {
        return birth() + 1;
    }

    long death() {
        return birth() + 2;
    }

    /** What this object of some task is, given what tasks there are; empty if it is none. */
    static String describe(long object, List<Participant> all) {
        if (object < FIRST_OBJECT || object >= FIRST_OBJECT + (long) OBJECTS * all.size()) {
            return "";
        }
        String task = all.get((int) (object - FIRST_OBJECT) / OBJECTS).name;
        return switch ((int) (object - FIRST_OBJECT) % OBJECTS) {
            case 0 -> "birth of " + task;
            case 1 -> "signals of " + task;
            default -> "death of " + task;
        };
    }
}
