package org.svalinn.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.svalinn.explore.Site;
import org.svalinn.explore.Verdict;
import org.svalinn.kernel.design.Omission;
import org.svalinn.kernel.design.Variant;
import org.svalinn.kernel.simulate.Parameters;
import org.svalinn.kernel.simulate.Result;
import org.svalinn.kernel.simulate.Simulation;
import org.svalinn.report.Answer;
import org.svalinn.report.CostText;
import org.svalinn.report.Holding;
import org.svalinn.report.Numbers;
import org.svalinn.report.Turns;
import org.svalinn.report.VerdictText;
import org.svalinn.scenario.Catalogue;
import org.svalinn.scenario.Cell;
import org.svalinn.scenario.Claim;
import org.svalinn.scenario.KernelName;
import org.svalinn.scenario.Outcome;

/** Runs the evidence of claims. What several claims rest on is run once. */
final class Claimant {
    /** Far more than any scenario of the claims needs. */
    private static final Optional<Long> MOST = Optional.of(2_000_000L);

    private static final Workshop.Limits ALL = new Workshop.Limits(MOST, Optional.empty(), false);
    private static final Workshop.Limits FIRST = new Workshop.Limits(MOST, Optional.empty(), true);

    private final Environment environment;
    private final Progress progress;
    private final Map<Cell, Verdict> verdicts = new HashMap<>();

    Claimant(Environment environment, Progress progress) {
        this.environment = environment;
        this.progress = progress;
    }

    /** Runs all of it. */
    Answer answer(Claim claim) {
        List<Answer.Proof> proofs = new ArrayList<>();
        for (Claim.Evidence evidence : claim.evidence()) {
            proofs.add(switch (evidence) {
                case Claim.Search search -> prove(claim, search);
                case Claim.Holds holds -> prove(claim, holds);
                case Claim.Cost cost -> prove(claim, cost);
            });
        }
        return new Answer(claim, proofs);
    }

    private Answer.Proof prove(Claim claim, Claim.Search search) {
        Cell cell = new Cell(search.variant(), search.iommu(), search.scenario());
        Verdict verdict = verdict(claim, cell, search.check());
        Outcome outcome = Outcome.of(verdict);
        return new Answer.Proof(
                cell.toString(),
                found(verdict, outcome),
                search.shows(),
                turns(verdict, search.check()),
                command("check", cell, ""),
                search.isBorneOutBy(outcome));
    }

    /** To refute, one violation is enough, if it is the one: else all are looked for. */
    private Verdict verdict(Claim claim, Cell cell, Optional<String> check) {
        Verdict known = verdicts.get(cell);
        if (known != null && check.map(Outcome.of(known)::saw).orElse(true)) {
            return known;
        }
        String step = "claim " + claim.number() + ", " + cell;
        progress.stage(step, 0, 0);
        Verdict verdict = Cells.explore(environment, cell, check.isPresent() ? FIRST : ALL, progress, step);
        if (check.isPresent() && !Outcome.of(verdict).saw(check.get()) && verdict instanceof Verdict.Violated) {
            verdict = Cells.explore(environment, cell, ALL, progress, step);
        }
        verdicts.put(cell, verdict);
        return verdict;
    }

    private static String found(Verdict verdict, Outcome outcome) {
        String checks = outcome.seen().stream().map(Outcome.Seen::check).distinct().collect(Collectors.joining(", "));
        return VerdictText.word(verdict)
                + (checks.isEmpty() ? "" : ", " + checks)
                + (outcome.why().isEmpty() ? "" : ": " + outcome.why())
                + (outcome.verdict() == Outcome.Kind.VIOLATED
                        ? ", found in " + Numbers.of(outcome.executions(), "execution", "executions")
                        : ", " + Numbers.of(outcome.classes(), "class", "classes") + " of interleavings");
    }

    private static List<String> turns(Verdict verdict, Optional<String> check) {
        if (check.isEmpty() || !(verdict instanceof Verdict.Violated violated)) {
            return List.of();
        }
        return violated.counterexamples().stream()
                .filter(counterexample -> counterexample.violation().check().equals(check.get()))
                .findFirst()
                .map(Turns::of)
                .orElse(List.of());
    }

    private Answer.Proof prove(Claim claim, Claim.Holds holds) {
        Cell cell = new Cell(holds.variant(), holds.iommu(), holds.scenario());
        progress.stage("claim " + claim.number() + ", " + cell, 0, 0);
        List<Holding> held;
        try (Workshop workshop = Cells.open(environment, cell, progress)) {
            held = workshop.prepare(Catalogue.find(holds.scenario()).orElseThrow())
                    .pins(Optional.of(holds.until()))
                    .stream()
                    .filter(holding -> holding.isHeld() && holding.count().equals(holds.count()))
                    .toList();
        }
        List<String> holders = held.stream().map(Claimant::holder).toList();
        return new Answer.Proof(
                cell + ", after \"" + holds.until() + "\"",
                Numbers.of(held.size(), "reference", "references") + " of " + holds.count()
                        + " held, one of them by those who use the address space",
                holds.shows(),
                holders,
                command("pins", cell, " --until \"" + holds.until() + "\""),
                held.size() == holds.held() + 1);
    }

    /** Since which call: who counts the reference, and who called for that. */
    private static String holder(Holding holding) {
        return "since " + holding.taken().path().stream()
                .skip(1)
                .limit(4)
                .map(Site::function)
                .collect(Collectors.joining(" < "));
    }

    private Answer.Proof prove(Claim claim, Claim.Cost cost) {
        List<Result> results = new ArrayList<>();
        for (Variant variant : cost.variants()) {
            progress.stage("claim " + claim.number() + ", simulating " + variant, 0, 0);
            results.add(Simulation.run(Parameters.USUAL.with(variant.design())));
        }
        return new Answer.Proof(
                CostText.load(results.getFirst()),
                "times are virtual",
                cost.shows(),
                results.stream().map(CostText::of).toList(),
                environment.command() + " simulate --design " + cost.variants().stream()
                        .map(variant -> variant.design().name())
                        .collect(Collectors.joining(",")),
                isInOrder(results));
    }

    /** Whether each design keeps a victim's pages for longer than the one before it. */
    private static boolean isInOrder(List<Result> results) {
        for (int i = 1; i < results.size(); i++) {
            if (results.get(i - 1).kills().toPages().median() >= results.get(i).kills().toPages().median()) {
                return false;
            }
        }
        return true;
    }

    private String command(String command, Cell cell, String more) {
        String without = cell.variant().omissions().stream().map(Omission::text).collect(Collectors.joining(","));
        return environment.command() + " " + command + " " + cell.scenario() + more
                + " --kernel " + KernelName.REFERENCE + cell.variant().design().name()
                + (without.isEmpty() ? "" : " --without " + without)
                + " --iommu " + cell.iommu();
    }
}
