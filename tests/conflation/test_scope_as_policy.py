from univocal.conflation.scope_as_policy import KIND, find


def found(case):
    return find(case.paper, case.codings, case.codebook)


def test_the_result_and_the_call_are_both_quoted(make):
    (finding,) = found(make[KIND]())
    assert [s.quote for s in finding.spans] == [
        "We prove a theorem: alignment of general agents is impossible.",
        "Such systems should be banned.",
    ]


def test_a_result_alone_is_no_case(make):
    assert found(make[KIND]("Other agents remain open.")) == ()


def test_a_stated_commitment_links_the_two(make):
    assert found(make[KIND]().without("commitments").code("commitments", "true")) == ()
