package org.svalinn.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.svalinn.kernel.design.Design;
import org.svalinn.kernel.design.Variant;

class ClaimsTest {
    @Test
    void thereAreEightAndEachRestsOnSomething() {
        List<Claim> claims = Claims.all();
        assertThat(claims).extracting(Claim::number).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(claims).allSatisfy(claim -> {
            assertThat(claim.answer()).isNotEmpty();
            assertThat(claim.evidence()).isNotEmpty();
            // Nothing rests on what is good alone: something must have been able to fail
            assertThat(claim.evidence()).anyMatch(evidence ->
                    evidence instanceof Claim.Search search && search.check().isPresent());
        });
    }

    @Test
    void evidenceIsBorneOutByWhatItAsksForAndByNothingElse() {
        Outcome good = new Outcome(Outcome.Kind.VERIFIED, List.of(), "", 1, 1, 1);
        Outcome cut = new Outcome(Outcome.Kind.BOUNDED, List.of(), "1 execution", 1, 1, 1);
        Outcome bad = new Outcome(
                Outcome.Kind.VIOLATED, List.of(new Outcome.Seen("leak", "an mm leaks", 0, 9)), "", 1, 1, 1);
        Claim.Search all = new Claim.Search(Variant.of(Design.V5_18), "vtd", "bind", Optional.empty(), "");
        Claim.Search leak = new Claim.Search(Variant.of(Design.V5_18), "vtd", "bind", Optional.of("leak"), "");
        Claim.Search reuse = new Claim.Search(Variant.of(Design.V5_18), "vtd", "bind", Optional.of("pasid-reuse"), "");
        assertThat(all.isBorneOutBy(good)).isTrue();
        assertThat(all.isBorneOutBy(cut)).isFalse();
        assertThat(all.isBorneOutBy(bad)).isFalse();
        assertThat(leak.isBorneOutBy(bad)).isTrue();
        assertThat(leak.isBorneOutBy(good)).isFalse();
        assertThat(reuse.isBorneOutBy(bad)).isFalse();
    }

    @Test
    void whatIsWrongWithTheFileIsNamed() {
        assertThatThrownBy(() -> Claims.read("[{words: w, answer: a, because: b, evidence: [{design: v0, iommu: vtd, scenario: bind, shows: s}]}]"))
                .hasMessage("claims.yaml: no design v0");
        assertThatThrownBy(() -> Claims.read("[{words: w, answer: a, because: b, evidence: [{desing: v5.18}]}]"))
                .hasMessage("claims.yaml: evidence has no 'desing'");
        assertThatThrownBy(() -> Claims.read("[{answer: a}]")).hasMessageContaining("lacks 'evidence'");
    }
}
