import dataclasses
import json
import sys
from pathlib import Path

import orjson
import pytest

from univocal.coders.gold import GoldPaper, load_gold
from univocal.errors import EvidenceError, UnivocalError
from univocal.estimates.baselines import Majority
from univocal.estimates.compare import compare
from univocal.estimates.evaluate import evaluate
from univocal.estimates.keywords import KeywordScanner
from univocal.estimates.report import NotRun
from univocal.estimates.writing import Answer, Writer
from univocal.records import Coding, Evidence, Finding, Paper

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
DEV = SHARED / "gold" / "dev.jsonl"
needs_dev = pytest.mark.skipif(not DEV.exists(), reason="the coded abstracts are not on this machine")


@dataclasses.dataclass
class Memory:
    """Knows by heart what it was fitted on, and nothing else: any leak shows as coverage."""

    known: dict = dataclasses.field(default_factory=dict)
    name: str = "memory"
    version: str = "1"

    def fit(self, gold, codebook):
        return Memory({g.paper.id: g for g in gold})

    def seen(self, paper):
        return paper.id in self.known

    def code(self, paper, codebook):
        if paper.id not in self.known:
            return ()
        gold = self.known[paper.id]
        spans = [(m.start, m.end) for m in gold.mentions]
        about = {"about": Answer((gold.coding["about"],))}
        return Writer(paper, codebook, self.name, spans).codings(
            [Answer((m.sense,)) for m in gold.mentions], about
        )


def test_a_coder_never_codes_what_it_learned(gold, codebook):
    knows_all = Memory().fit(gold, codebook)
    result = evaluate(gold, knows_all, codebook, extra=gold, baselines=False, n_boot=20)
    assert result.coder.procedure.kind == "cross-validated"
    assert result.coder.procedure.n_seen == len(gold)
    assert result.coder.procedure.n_extra_left_out == len(gold)
    assert result.coder.measured.senses.coverage.value == 0
    assert "5 folds grouped by paper" in result.coder.procedure.text
    assert f"saw {len(gold)} of these {len(gold)} papers" in result.coder.procedure.text


def test_one_seen_paper_is_enough_to_cross_validate(gold, codebook):
    result = evaluate(gold, Memory().fit(gold[:1], codebook), codebook, baselines=False, n_boot=20)
    assert result.coder.procedure.kind == "cross-validated"
    assert result.coder.measured.senses.coverage.value == 0


def test_weights_that_saw_none_of_the_papers_are_run_directly(gold, codebook):
    result = evaluate(gold[:12], Memory().fit(gold[12:], codebook), codebook, baselines=False, n_boot=20)
    assert result.coder.procedure.kind == "direct"
    assert "saw none of these 12 papers" in result.coder.procedure.text


def test_majority_by_hand(gold, codebook):
    majority = evaluate(gold, Majority(), codebook, baselines=False, n_boot=0).coder.measured
    assert majority.variables["about"].n_abstained == 0
    # Each variable has its own majority, though the majority of `about` may be no.
    assert majority.variables["definition"].n_off == 0
    ai = [g for g in gold if g.coding["about"] != "no"]
    share = sum(g.coding["definition"] == "implicit" for g in ai) / len(ai)
    assert majority.variables["definition"].coded["accuracy"].value == pytest.approx(share)


@pytest.fixture(scope="module")
def whole(gold, codebook):
    return evaluate(gold, KeywordScanner(), codebook, n_boot=20, by=("source",))


def test_learning_baseline_beats_the_majority_on_separable_papers(whole):
    result = whole
    learned = result.baselines["tfidf-logistic"].measured.senses.coded["accuracy"].value
    assert learned > result.baselines["majority"].measured.senses.coded["accuracy"].value
    assert result.baselines["tfidf-logistic"].measured.senses.calibration is not None


def test_without_scikit_learn_the_row_says_so(gold, codebook, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    result = evaluate(gold, KeywordScanner(), codebook, n_boot=0)
    assert result.baselines["tfidf-logistic"] == NotRun(
        "tfidf-logistic", "needs pip install 'univocal[train]'"
    )
    status = result.as_dict()["baselines"]["tfidf-logistic"]["status"]
    assert status == "not run: needs pip install 'univocal[train]'"
    assert result.as_dict()["baselines"]["majority"]["status"] == "run"


def test_an_unfitted_baseline_says_what_to_do(gold, codebook):
    with pytest.raises(UnivocalError, match="fit"):
        Majority().code(gold[0].paper, codebook)


def test_order_of_the_gold_is_of_no_account(gold, codebook):
    options = {"baselines": False, "n_boot": 50, "by": ("year",)}
    one, turned = (
        evaluate(papers, Majority(), codebook, **options).as_dict() for papers in (gold, gold[::-1])
    )

    def rounded(value):
        return json.loads(json.dumps(value), parse_float=lambda x: round(float(x), 9))

    for key in ("senses", "ai_sense", "variables", "both_ai", "by", "ceiling"):
        assert rounded(one[key]) == rounded(turned[key]), key


def test_json_is_plain_and_says_what_it_must(gold, whole):
    data = json.loads(orjson.dumps(whole.as_dict()))
    assert data["schema"] == "univocal.evaluation/1"
    assert "language model" in data["gold_note"]
    assert "language model" in data["ceiling"]["note"]
    assert set(data["senses"]) >= {
        "accuracy",
        "macro_f1",
        "macro_f1_six",
        "kappa",
        "alpha",
        "coverage",
        "all",
    }
    keys = {"value", "low", "high", "level", "n", "method", "standard_error", "caution"}
    assert set(data["senses"]["accuracy"]) == keys
    assert set(data["baselines"]) == {"majority", "keyword", "tfidf-logistic"}
    assert set(data["by"]["source"]) == {f"source {i}" for i in range(6)}
    assert sum(map(sum, data["senses"]["confusion"]["counts"])) == data["senses"]["n"] == len(gold)
    assert "fewer than 20" in data["by"]["source"]["source 0"]["senses"]["accuracy"]["caution"]
    assert data["intervals"]["n_boot"] == 20


def test_ceiling_needs_two_coders(gold, codebook):
    alone = [dataclasses.replace(g, coders={"coder_1": g.coders["coder_1"]}) for g in gold]
    assert evaluate(alone, KeywordScanner(), codebook, baselines=False, n_boot=0).ceiling is None
    ceiling = evaluate(gold, KeywordScanner(), codebook, baselines=False, n_boot=0).ceiling
    assert ceiling.coders == ("coder_1", "coder_2")
    assert ceiling.between.senses.coded["kappa"].value == 1.0
    assert ceiling.between.variables["about"].coded["accuracy"].value < 1.0
    assert ceiling.against_gold["coder_1"].variables["about"].coded["accuracy"].value == 1.0


def test_findings_are_counted_over_papers(gold, codebook):
    def finder(paper, codings, codebook):
        assert any(c.variable == "sense" for c in codings)
        span = (Evidence.cut(paper.text, 0, 4),)
        if "open problem" in paper.text or "word alignment" in paper.text:
            yield Finding(paper.id, "undefined_headline", span, "said so", 1.0)

    result = evaluate(gold, KeywordScanner(), codebook, baselines=False, n_boot=0, finder=finder)
    score = result.coder.findings["undefined_headline"]
    n = sum(g.coding.get("conflation") == ["undefined_headline"] for g in gold)
    false = sum("word alignment" in g.paper.text for g in gold)
    assert (score.n_true, score.n_found) == (n, n + false)
    assert score.recall.value == 1.0
    assert score.precision.value == pytest.approx(n / (n + false))
    assert "Clopper-Pearson" in score.recall.method
    assert result.coder.findings["sense_shift"].recall.value is None
    assert result.ceiling.findings["undefined_headline"].recall.value == 1.0


def test_a_coding_without_evidence_stops_the_evaluation(gold, codebook):
    class Careless:
        name, version = "careless", "1"

        def code(self, paper, codebook):
            return (Coding(paper.id, self.name, "about", ("main",)),)

    with pytest.raises(EvidenceError, match="has no evidence"):
        evaluate(gold, Careless(), codebook, baselines=False)


@pytest.mark.parametrize(
    ("papers", "options", "message"),
    [
        (slice(0), {}, "no papers"),
        (slice(4), {"by": ("yaer",)}, "Did you mean 'year'"),
        (slice(4), {"level": 95}, r"pass level=0\.95"),
    ],
)
def test_misuse_is_told(gold, codebook, papers, options, message):
    with pytest.raises(UnivocalError, match=message):
        evaluate(gold[papers], KeywordScanner(), codebook, baselines=False, **options)
    with pytest.raises(UnivocalError, match="stands once; 'p000'"):
        evaluate([gold[0], gold[0]], KeywordScanner(), codebook, baselines=False)


def test_compare_names_the_best_per_variable(gold, codebook):
    knows = Memory().fit(gold, codebook)
    result = compare(gold, [knows, Majority(), KeywordScanner()], codebook, n_boot=100)
    assert set(result.best) >= {"sense", "about", "primary", "ideals"}
    assert result.best["sense"] == "keyword"
    assert result.variables["sense"].clear
    assert result.variables["sense"].alpha["memory"] < 0
    assert result.procedures["memory"].kind == "cross-validated"
    assert result.most_often_best == "keyword"
    assert json.loads(orjson.dumps(result.as_dict()))["variables"]["sense"]["best"] == "keyword"
    with pytest.raises(UnivocalError, match="different names"):
        compare(gold, [Majority(), Majority()], codebook)


@needs_dev
def test_the_coded_abstracts(codebook):
    gold = load_gold(DEV)
    result = evaluate(gold, KeywordScanner(), codebook, baselines=False, n_boot=200)
    assert result.coder.measured.senses.n == 1147
    assert result.frequent == tuple(c.id for c in codebook.variable("sense").codes if c.id != "other_ai")
    assert 0.93 < result.ceiling.between.senses.coded["kappa"].value < 0.98
    assert result.coder.measured.variables["valence"].n == 214
    assert result.ceiling.findings["undefined_headline"].n_true > 0


def test_an_ideal_that_the_gold_does_not_know_counts_as_the_sense_it_lay_in(gold, codebook):
    added = dataclasses.replace(codebook.ideals[0], id="custodial", core=False, within="other_ai")
    sense = codebook.variable("sense")
    code = dataclasses.replace(sense.code("other_ai"), id="custodial")
    variables = tuple(
        dataclasses.replace(v, codes=(*v.codes, code)) if v.id in ("sense", "ideals", "primary") else v
        for v in codebook.variables
    )
    wider = dataclasses.replace(codebook, ideals=(*codebook.ideals, added), variables=variables)
    other = dataclasses.replace(
        gold[0], mentions=(dataclasses.replace(gold[0].mentions[0], sense="other_ai"),)
    )

    class Custodian:
        name, version = "custodian", "1"

        def code(self, paper, codebook):
            at = [(m.start, m.end) for m in gold[0].mentions]
            answers = {"about": Answer(("main",)), "primary": Answer(("custodial",))}
            return Writer(paper, codebook, self.name, at).codings([Answer(("custodial",))] * len(at), answers)

    result = evaluate([other], Custodian(), wider, baselines=False, n_boot=0)
    assert result.within == {"custodial": "other_ai"}
    assert result.coder.measured.senses.coded["accuracy"].value == 1.0
    assert result.as_dict()["counted_within"] == {"custodial": "other_ai"}


def test_lengths_come_in_order_and_every_paper_has_one(gold, codebook):
    padded = [
        GoldPaper(Paper(g.paper.id, g.paper.text + " " + "x" * 650 * i), g.mentions, g.coding)
        for i, g in enumerate(gold[:5])
    ]
    by = evaluate(padded, KeywordScanner(), codebook, n_boot=0, baselines=False, by=("length",)).by["length"]
    lows = [int(value.split()[0].replace(",", "")) for value in by]
    assert lows == sorted(lows)
    assert len(lows) > 2
    assert sum(one.senses.coded["accuracy"].n for one in by.values()) == sum(len(g.mentions) for g in padded)
