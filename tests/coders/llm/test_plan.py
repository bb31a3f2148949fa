import pytest

from univocal.codebook import load as load_codebook
from univocal.coders.llm.budget import Budget, BudgetSpentError, parse_budget
from univocal.coders.llm.plan import plan
from univocal.coders.llm.prices import Price, Prices, load_prices
from univocal.coders.llm.settings import Settings
from univocal.errors import CoderError, InputError
from univocal.records import Paper

BOOK = load_codebook()
PRICES = Prices({"a/b": Price(2.0, 10.0)})
PAPERS = [
    Paper("p1", "We align it."),
    Paper("p2", "Nothing."),
    Paper("p3", "align " * 500),
    Paper("p4", "Aligned."),
]


def test_a_dry_run_counts_papers_mentions_calls_and_price():
    dry = plan(PAPERS, BOOK, "llm:a/b", PRICES)
    assert (dry.n_papers, dry.n_sent, dry.n_without_mention, dry.n_too_long, dry.n_mentions) == (
        4,
        2,
        1,
        1,
        2,
    )
    assert (dry.calls_least, dry.calls_most) == (2, 4)
    assert dry.price_least == pytest.approx((dry.input_tokens_least * 2 + dry.output_tokens_least * 10) / 1e6)
    assert dry.price_least < dry.price_most
    assert "USD" in dry.text()
    assert "Nothing was sent." in dry.text()


def test_repeats_multiply():
    once, thrice = (plan(PAPERS, BOOK, "a/b", settings=Settings(repeats=n)) for n in (1, 3))
    assert thrice.input_tokens_least == 3 * once.input_tokens_least
    assert thrice.calls_most == 3 * once.calls_most


def test_an_unknown_price_is_told():
    dry = plan(PAPERS, BOOK, "c/d", PRICES)
    assert dry.price_least is None
    assert "price unknown: no table of prices names c/d" in dry.text()


def test_two_papers_of_one_id_are_refused():
    with pytest.raises(InputError, match="'p1'"):
        plan([PAPERS[0], PAPERS[0]], BOOK, "a/b")


def test_prices_are_read(tmp_path):
    file = tmp_path / "prices.toml"
    file.write_text('currency = "EUR"\n[models."a/b"]\ninput = 0.5\noutput = 2\n')
    assert load_prices(file)["a/b"] == Price(0.5, 2.0)
    assert load_prices(file)["x/y"] is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "models: missing"),
        ("models = 3", "models: missing"),
        ("[models", "no TOML"),
        ('[models."a/b"]\ninput = -1\noutput = "x"', 'models."a/b".output: expected the price'),
        ('[models."a/b"]\ninput = inf\noutput = true', 'models."a/b".input: expected the price'),
        ('currency = ""\n[models."a/b"]\ninput = 1\noutput = 1', "currency: expected a name"),
        ("[" * 50_000, "no TOML"),
    ],
)
def test_a_table_with_faults_is_refused_with_all_of_them(tmp_path, text, fault):
    file = tmp_path / "prices.toml"
    file.write_text(text)
    with pytest.raises(InputError) as caught:
        load_prices(file)
    assert any(fault in said for said in caught.value.faults)


def test_a_missing_or_huge_table_is_refused(tmp_path):
    with pytest.raises(InputError, match="can't be read"):
        load_prices(tmp_path / "none.toml")
    (tmp_path / "huge.toml").write_bytes(b"#" * 1_000_001)
    with pytest.raises(InputError, match=r"1,000,000 bytes"):
        load_prices(tmp_path / "huge.toml")


@pytest.mark.parametrize(
    ("text", "tokens", "money"),
    [("5", None, 5.0), ("5 USD", None, 5.0), ("2.5usd", None, 2.5), ("200000 tokens", 200_000, None), ("1,000 tokens", 1_000, None), (None, None, None)],
)  # fmt: skip
def test_a_budget_is_read(text, tokens, money):
    budget = parse_budget(text, "a/b", PRICES)
    assert (budget.tokens, budget.money) == (tokens, money)


@pytest.mark.parametrize(
    ("text", "why"), [("five", "expected an amount"), ("5 EUR", "'5 USD'"), ("-1", "expected an amount")]
)
def test_an_unreadable_budget_is_refused(text, why):
    with pytest.raises(CoderError, match=why):
        parse_budget(text, "a/b", PRICES)


def test_a_budget_in_money_needs_a_price():
    with pytest.raises(CoderError, match="200000 tokens"):
        parse_budget("5", "x/y", PRICES)


def test_calls_in_flight_count_by_their_estimate():
    budget = Budget(money=1.0, price=Price(2.0, 10.0))
    budget.reserve(200_000, 30_000)
    with pytest.raises(BudgetSpentError, match="0 of 1 USD are spent"):
        budget.reserve(200_000, 30_000)
    budget.settle(200_000, 30_000, 100_000, 1_000)
    budget.reserve(200_000, 30_000)
    assert budget.spent_money == pytest.approx(0.21)


def test_no_limit_never_stops():
    budget = Budget()
    budget.reserve(10**12, 10**12)
    assert budget.spent_money is None
