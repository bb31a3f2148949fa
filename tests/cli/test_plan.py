"""`univocal plan`: what the library says, and all faults at once."""

import json

import pytest
from click.testing import CliRunner

from univocal.cli.plan import plan
from univocal.errors import UnivocalError
from univocal.statistics.planning import plan_gold, plan_strata
from univocal.statistics.planning_double import plan_double


def run(*words):
    result = CliRunner().invoke(plan, [str(word) for word in words], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def refused(*words):
    with pytest.raises(UnivocalError) as error:
        CliRunner().invoke(plan, [str(word) for word in words], catch_exceptions=False)
    return str(error.value).splitlines()


MACHINE = ("--prevalence", ".05", "--width", ".06", "--sensitivity", ".8", "--specificity", ".97")


def test_gold_with_a_machine():
    wanted = plan_gold(width=0.06, prevalence=0.05, sensitivity=0.8, specificity=0.97)
    data = json.loads(run("gold", *MACHINE, "--format", "json"))
    assert data.pop("schema") == "univocal.plan-gold/1"
    assert (data["n"], data["n_flagged"], data["n_random"]) == (wanted.n, wanted.n_flagged, wanted.n_random)
    table = run("gold", *MACHINE)
    assert table.startswith(f"{wanted.n} papers to code by hand\n  {wanted.n_flagged} at random from those")
    assert f"without strata: {wanted.n_random}" in table
    few = json.loads(run("gold", *MACHINE, "--papers", "200", "--format", "json"))
    assert few["n_flagged"] <= 200 * few["flagged_share"]


def test_gold_without_a_machine():
    wanted = plan_gold(width=0.1, prevalence=0.3)
    data = json.loads(run("gold", "--share", ".3", "--width", ".1", "--format", "json"))
    assert (data["n"], data["n_random"], data["n_flagged"]) == (wanted.n, wanted.n, None)
    assert "at random from all" in run("gold", "--share", ".3", "--width", ".1")


def test_gold_in_strata():
    wanted = plan_strata(width=0.06, sizes=[500, 9500], shares=[0.5, 0.01])
    words = ("gold", "--width", ".06", "--strata", "likely=500:.5, rest=9500:.01")
    data = json.loads(run(*words, "--format", "json"))
    assert data["n_of"] == {"likely": wanted.n_of[0], "rest": wanted.n_of[1]}
    assert data["n"] == sum(wanted.n_of)
    assert "rest\n" in run(*words)


def test_double():
    wanted = plan_double(width=0.2, alpha=0.8, margins=[0.3, 0.7], n_coders=3)
    words = ("double", "--alpha", ".8", "--width", ".2", "--margins", ".3,.7", "--coders", "3")
    data = json.loads(run(*words, "--format", "json"))
    assert data["schema"] == "univocal.plan-double/1"
    assert data["n_units"] == wanted.n_units
    assert run(*words).startswith(f"{wanted.n_units} papers to be coded by all 3 coders")
    assert "Caution: " in run("double", "--alpha", ".8", "--width", ".9", "--margins", ".3,.7")


@pytest.mark.parametrize(
    ("words", "messages"),
    [
        (("gold",), ["--width: a number was expected, got nothing", "--prevalence: a number was expected, got nothing"]),
        (
            ("gold", "--width", "wide", "--share", "5%", "--papers", "1.5"),
            ["--width: a number was expected, got 'wide'", "--prevalence: a number was expected, got '5%'",
             "--papers: a whole number was expected, got 1.5"],
        ),
        (
            ("gold", "--width", "2", "--share", "5", "--sensitivity", ".8", "--papers", "1"),
            ["prevalence must be in (0, 1), got 5", "width must be in (0, 1), got 2",
             "sensitivity and specificity: both or neither", "n_papers must be 2 or more, got 1"],
        ),
        (
            ("gold", "--width", ".1", "--share", ".1", "--strata", "a=5:.1,b=6,a=x:.1"),
            ["--strata: NAME=SIZE:SHARE was expected, such as rest=9500:.01, got 'b=6'", "--strata: 'a' is there twice",
             "--strata, size of 'a': a number was expected, got 'x'", "--prevalence: not with --strata"],
        ),
        (("gold", "--width", ".1", "--strata", "a=100:1"), ["shares[0] must be in (0, 1), got 1"]),
        (("gold", "--width", ".01", "--strata", "a=10:.5"), ["needs more than 10 papers"]),
        (("gold", "--width", ".1", "--share", ".1", "--level", "95"), ["For 95% pass level=0.95."]),
        (("double",), ["--width: expected", "--alpha: expected", "--margins: expected"]),
        (
            ("double", "--width", "3", "--alpha", "1", "--margins", ".2,.2", "--coders", "1"),
            ["width must be in (0, 2)", "alpha must be in [0, 1)", "margins: two or more", "n_coders must be 2 or more"],
        ),
        (("double", "--width", ".1", "--alpha", ".5", "--margins", ".2,,x"), ["got ''", "got 'x'"]),
    ],
)  # fmt: skip
def test_all_faults_at_once(words, messages):
    told = "\n".join(refused(*words))
    for message in messages:
        assert message in told


def test_help_says_what_it_does_not_answer():
    for words in (("gold",), ("double",)):
        assert "It doesn't answer" in run(*words, "--help")
    assert "gold" in run("--help")
