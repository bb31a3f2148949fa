import pytest

from univocal.conflation import implied


def said(case, x, y, primary):
    made = case("Title", "Models are aligned.")
    for variable, code in (("object_x", x), ("target_y", y), ("primary", primary)):
        made.code(variable, code)
    return implied(made.paper, made.codings, made.codebook)


@pytest.mark.parametrize(
    ("x", "y", "primary", "by_rule", "agrees"),
    [
        ("local_behaviour", "intent", "task_reliability", "task_reliability", True),
        ("local_behaviour", "intent", "social_judiciousness", "task_reliability", False),
        ("optimization_goals", "non_takeover", "takeover_avoidance", "takeover_avoidance", True),
        ("local_behaviour", "intent", "unspecified", "task_reliability", None),
        ("local_behaviour", "intent", "other_ai", "task_reliability", None),
        ("local_behaviour", "not_stated", "task_reliability", None, None),
        (None, "intent", "task_reliability", None, None),
        ("local_behaviour", None, "task_reliability", None, None),
        ("local_behaviour", "intent", None, "task_reliability", None),
    ],
)
def test_the_rule_beside_what_was_coded(case, x, y, primary, by_rule, agrees):
    record = said(case, x, y, primary)
    assert (record.implied, record.agrees) == (by_rule, agrees)
    assert record.reason.endswith(".")
