from univocal.conflation.definition_evidence_mismatch import KIND, find


def found(case):
    return find(case.paper, case.codings, case.codebook)


def test_the_ideal_and_the_result_are_both_quoted(make):
    (finding,) = found(make[KIND]())
    assert [s.quote for s in finding.spans] == [
        "aligned with the moral norms",
        "Results on translation show gains in BLEU and in fluency.",
    ]
    assert "BLEU" in finding.reason


def test_results_that_speak_of_the_ideal_are_no_case(make):
    assert found(make[KIND]("Results show gains in BLEU and fewer moral errors.")) == ()


def test_capability_may_be_the_evidence_for_intent(make):
    case = make[KIND]().without("primary")
    assert found(case.code("primary", "task_reliability", evidence="aligned with the moral norms")) == ()


def test_a_text_without_results_is_no_case(make):
    assert found(make[KIND]("The end.")) == ()
