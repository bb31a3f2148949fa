"""The API keeps to its own description at /openapi.json: schemathesis makes requests from it, good ones and bad ones."""

from __future__ import annotations

from collections import Counter
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from tests.study.material import EMOJI
from tests.web.conftest import ADDRESS, Browser, Site

# left out below: positive_data_acceptance. Rules that no schema can say (a quote must stand in the paper) answer 422.
#: A bounded number of requests, the same ones on every run.
BOUNDED = settings(
    max_examples=20, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
OPERATIONS = {
    "GET /api/me", "GET /api/codebook", "GET /api/papers", "GET /api/papers/{row}", "POST /api/papers/{row}/codings",
    "POST /api/papers/{row}/clear", "POST /api/papers/{row}/undo", "POST /api/papers/{row}/done",
    "GET /api/papers/{row}/suggestions", "GET /api/next",
}  # fmt: skip
#: A paper isn't coded by chance: every variable would have to be answered.
NEVER_DONE = {"POST /api/papers/{row}/done"}
QUOTE = {"start": 0, "stop": 2, "quote": EMOJI[:2], "code": "main"}
#: Answers that the codebook knows, so that not every request is stopped at the door.
ANSWERS: tuple[dict[str, Any], ...] = (
    {"codes": ["main"], "spans": [QUOTE]},
    {"codes": ["no"], "spans": []},
    {"codes": None, "spans": []},
)


def described(site: Site) -> Any:
    return schemathesis.openapi.from_asgi("/openapi.json", site.app, headers={"host": "127.0.0.1"})


def operations(site: Site) -> list[Any]:
    return [found.ok() for found in described(site).get_all_operations()]


def requests(operation: Any, rows: list[int]) -> st.SearchStrategy[Any]:
    """Requests as described, requests that aren't, and requests about papers and variables that there are."""
    good = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    made = [good]
    if "{row}" in operation.path:
        real = st.tuples(st.sampled_from(rows), st.sampled_from(ANSWERS), st.booleans())
        made += [st.tuples(good, real).map(lambda pair: about(*pair)) for _ in range(2)]
    if operation.path_parameters or operation.body or operation.query:
        made.append(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    return st.one_of(made)


def about(case: Any, real: tuple[int, dict[str, Any], bool]) -> Any:
    row, answer, first = real
    case.path_parameters["row"] = row
    if isinstance(case.body, dict):
        whole = {"variable": "about", "start": -1, "stop": -1, "item": 0}
        case.body = {**case.body, **whole, **({"base": None} if first else {})}
        if "codes" in case.body:
            case.body |= answer
    return case


def asked(operation: Any, browser: Browser, rows: list[int]) -> Counter[int]:
    """Make requests, hold every answer against the description, and count what came back by status."""
    statuses: Counter[int] = Counter()

    @BOUNDED
    @given(case=requests(operation, rows))
    def ask(case: Any) -> None:
        how = {"cookies": dict(browser.client.cookies), "headers": {"X-CSRF-Token": browser.csrf}}
        answer = case.call(base_url=ADDRESS, **how)
        statuses[answer.status_code] += 1
        case.validate_response(
            answer, headers=how["headers"], transport_kwargs=how, excluded_checks=[positive_data_acceptance]
        )

    ask()
    return statuses


def test_the_api_keeps_to_its_description(site: Site) -> None:
    ann = site.browser("ann")
    rows = [site.row(key) for key in ("emoji", "crlf")]
    seen = {operation.label: asked(operation, ann, rows) for operation in operations(site)}
    assert set(seen) >= OPERATIONS
    assert all(counts[200] for label, counts in seen.items() if label in OPERATIONS - NEVER_DONE), seen
    assert all(status < 500 for counts in seen.values() for status in counts)


def test_without_a_login_nothing_is_told(site: Site) -> None:
    rows = [site.row("emoji")]
    nobody = site.visitor()
    for operation in operations(site):
        assert set(asked(operation, nobody, rows)) <= {400, 401, 422}, operation.label
