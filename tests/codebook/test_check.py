"""Faulty files: one tiny input each, and the message word for word."""

from __future__ import annotations

import pytest

from univocal.codebook import check, load
from univocal.codebook.check import MAX_FAULTS
from univocal.errors import CodebookError

HEAD = 'id = "mine"\nversion = "1.0.0"\ntitle = "Mine"\nextends = "alignment"\n'
CODE = '[[codes]]\nvariable = "{variable}"\nid = "{id}"\nlabel = "L"\ndefinition = "D"\nprovenance = "U"\n'
IDEAL = (
    '[[ideals]]\nid = "{id}"\nlabel = "L"\ndefinition = "D"\nx = "x"\nobject_x = ["other"]\ny = "y"\n'
    'target_y = ["other"]\naligned_when = "A"\nmisaligned_when = "M"\nprovenance = "U"\nwithin = "other_ai"\n'
)
CUE = '[[cue]]\nvariable = "sense"\ncode = "technical"\nwithin = "mention"\nweight = 1.0\npattern = \'{pattern}\'\n'


def code(variable="sense", name="new", more=""):
    return CODE.format(variable=variable, id=name) + more


def ideal(name="new", more=""):
    return IDEAL.format(id=name) + more


TEXT = "text (not blank, no control characters)"
ID = "an id: small letters, digits and '_', a letter first, at most 64"
MISSING = ": there is no such file. Expected a codebook in TOML; `univocal codebook new` writes one."

GOLDEN = {
    "unknown key at the top": (HEAD + "titel = 1\n", ["f.toml: titel: unknown key. Did you mean 'title'?"]),
    "unknown key": (
        HEAD + code(more='lable = "x"\n'),
        ["f.toml: codes[0].lable: unknown key. Did you mean 'label'?"],
    ),
    "missing key": (
        HEAD + '[[codes]]\nvariable = "sense"\nid = "new"\nprovenance = "U"\ndefinition = "D"\n',
        [f"f.toml: codes[0]: missing key 'label'. Expected {TEXT}."],
    ),
    "missing keys at the top": (
        'extends = "alignment"\ntitle = "T"\n',
        [
            "f.toml: missing key 'id'. Expected a name: letters, digits, '_' and '-', a letter first, at most 64.",
            "f.toml: missing key 'version'. Expected a version such as '1.0.0'.",
        ],
    ),
    "wrong type": (
        HEAD + code(more='absence = "yes"\n'),
        ["f.toml: codes[0].absence: expected true or false, got 'yes'"],
    ),
    "not a list": (HEAD + "codes = 3\n", ["f.toml: codes: expected a list of tables ([[codes]]), got 3"]),
    "not a table": (HEAD + "codes = [3]\n", ["f.toml: codes[0]: expected a table, got 3"]),
    "blank text": (HEAD + 'source = " "\n', [f"f.toml: source: expected {TEXT}, got ' '"]),
    "control character": (
        HEAD + 'source = "a\\u001b[2J"\n',
        [f"f.toml: source: expected {TEXT}, got 'a\\x1b[2J'"],
    ),
    "bad id": (HEAD + code(name="Nëw"), [f"f.toml: codes[0].id: expected {ID}, got 'Nëw'"]),
    "bad version": (
        HEAD.replace("1.0.0", "1.0"),
        ["f.toml: version: expected a version such as '1.0.0', got '1.0'"],
    ),
    "provenance": (
        HEAD + code().replace('"U"', '"X"'),
        ["f.toml: codes[0].provenance: expected one of 'P', 'S', 'U', got 'X'"],
    ),
    "duplicate": (
        HEAD + code() + code(),
        ["f.toml: codes[1]: the same variable and id as codes[0]; each stands once"],
    ),
    "example": (
        HEAD + code(more='examples = [{ text = "t", applies = 1, because = "b" }]\n'),
        ["f.toml: codes[0].examples[0].applies: expected true or false, got 1"],
    ),
    "no variable": (
        HEAD + code("sens"),
        ["f.toml: codes[0].variable: no variable 'sens'. Did you mean 'sense'?"],
    ),
    "parent": (
        HEAD + code(name="honesty") + code(more='parent = "honsety"\n'),
        ["f.toml: codes[1].parent: no code 'honsety'. Did you mean 'honesty'?"],
    ),
    "parents in a circle": (
        HEAD + code(name="a1", more='parent = "b1"\n') + code(name="b1", more='parent = "a1"\n'),
        [
            "f.toml: codes[0].parent: 'a1' is among its own ancestors",
            "f.toml: codes[1].parent: 'b1' is among its own ancestors",
        ],
    ),
    "an ideal's code again": (
        HEAD + code(name="takeover_avoidance"),
        [
            "f.toml: codes[0].id: 'takeover_avoidance' is an ideal, and 'sense' has the codes of all ideals already"
        ],
    ),
    "answers to Q1 and Q2": (
        HEAD + ideal().replace('object_x = ["other"]', 'object_x = ["deployd_system"]'),
        ["f.toml: ideals[0].object_x: no code 'deployd_system'. Did you mean 'deployed_system'?"],
    ),
    "prediction": (
        HEAD + ideal(more='prediction = { threat_model = [], valence = ["negativ"], provenance = "U" }\n'),
        ["f.toml: ideals[0].prediction.valence: no code 'negativ'. Did you mean 'negative'?"],
    ),
    "within itself": (
        HEAD + ideal().replace('"other_ai"', '"new"'),
        [
            "f.toml: ideals[0].within: no other sense 'new'. Known: "
            + ", ".join(
                map(
                    repr,
                    (*(i.id for i in load().ideals), "other_ai", "unspecified_ai", "technical", "ordinary"),
                )
            )
            + "."
        ],
    ),
    "an added ideal says what it refines": (
        HEAD + ideal().replace('within = "other_ai"\n', ""),
        [f"f.toml: ideals[0]: missing key 'within'. Expected {ID}."],
    ),
    "a change says whose words it has": (
        HEAD + '[[codes]]\nvariable = "sense"\nid = "technical"\nlabel = "Term"\n',
        ["f.toml: codes[0]: missing key 'provenance'. Expected one of 'P', 'S', 'U'."],
    ),
    "a variable without codes": (
        HEAD
        + '[[variables]]\nid = "v"\nlabel = "L"\nquestion = "Q"\nunit = "paper"\nanswers = "one"\nprovenance = "U"\n',
        ["f.toml: variables[0]: the variable 'v' has no codes. Add [[codes]] with variable = 'v'."],
    ),
    "a flag": (
        HEAD
        + '[[variables]]\nid = "v"\nlabel = "L"\nquestion = "Q"\nunit = "paper"\nanswers = "flag"\nprovenance = "U"\n'
        + code("v", "yes"),
        ["f.toml: variables[0].answers: a flag has the codes 'true' and 'false', not 'yes'"],
    ),
    "when": (
        HEAD
        + '[[variables]]\nid = "v"\nlabel = "L"\nquestion = "Q"\nunit = "paper"\nanswers = "one"\nprovenance = "U"\n'
        + 'when = { variable = "about", codes = ["mian"] }\n'
        + code("v"),
        ["f.toml: variables[0].when.codes: no code 'mian'. Did you mean 'main'?"],
    ),
    "tension case": (
        HEAD
        + '[[tension_cases]]\nid = "t"\nintervention = "I"\nprogress_for = ["task_reliabilty"]\nprogress_because = "p"\n'
        + 'regress_for = ["negative"]\nregress_because = "r"\nthrough = "valance"\nstatus = "argued"\nprovenance = "U"\n',
        [
            "f.toml: tension_cases[0].progress_for: no ideal or valence 'task_reliabilty'. Did you mean 'task_reliability'?",
            "f.toml: tension_cases[0].through: no variable 'valance'. Did you mean 'valence'?",
        ],
    ),
    "recommendation": (
        HEAD
        + '[[recommendations]]\nid = "R9"\nheading = "H"\nheading_provenance = "U"\ndetail = "D"\n'
        + 'detail_provenance = "U"\nmeasured_by = ["proxys"]\n',
        ["f.toml: recommendations[0].measured_by: no variable 'proxys'. Did you mean 'proxies'?"],
    ),
    "pattern": (
        HEAD + CUE.format(pattern="values ("),
        ["f.toml: cue[0].pattern: not a regular expression: missing ) at position 8: 'values ('"],
    ),
    "pattern of nothing": (
        HEAD + CUE.format(pattern="(values)?"),
        ["f.toml: cue[0].pattern: matches the empty text, so it would be found everywhere: '(values)?'"],
    ),
    "weight": (
        HEAD + CUE.format(pattern="x").replace("1.0\n", "nan\n"),
        ["f.toml: cue[0].weight: expected a number from -1000 to 1000, got nan"],
    ),
    "cue's code": (
        HEAD + CUE.format(pattern="x").replace('"technical"', '"tecnical"'),
        ["f.toml: cue[0].code: no code 'tecnical'. Did you mean 'technical'?"],
    ),
    "base": (
        HEAD.replace('"alignment"', '"alignmnt"'),
        ["f.toml: extends: no codebook 'alignmnt' is built in. Did you mean 'alignment'?"],
    ),
    "base is missing": (
        HEAD.replace('"alignment"', '"base.toml"'),
        [
            "f.toml: extends: {folder}/base.toml" + MISSING,
        ],
    ),
    "circle": (
        HEAD.replace('"alignment"', '"f.toml"'),
        ["f.toml: extends: codebooks extend each other in a circle: f.toml → f.toml"],
    ),
    "include elsewhere": (
        HEAD + 'include = ["../x.toml"]\n',
        ["f.toml: include: expected a list of names of TOML files in the same folder, got a list of 1"],
    ),
    "include is missing": (
        HEAD + 'include = ["x.toml"]\n',
        [
            "f.toml: include: {folder}/x.toml" + MISSING,
        ],
    ),
    "syntax": (
        'id = "mine"\nversion 1\n',
        ["f.toml: line 2, column 9: not TOML: expected '=' after a key in a key/value pair"],
    ),
    "syntax at the end": ('id = "mine', ["f.toml: line 1, column 11: not TOML: unterminated string"]),
    "a key twice": ('id = "a"\nid = "b"\n', ["f.toml: line 2, column 9: not TOML: cannot overwrite a value"]),
}


def written(tmp_path, text):
    path = tmp_path / "f.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", GOLDEN)
def test_messages(name, tmp_path):
    text, expected = GOLDEN[name]
    path = written(tmp_path, text)
    assert list(check(path)) == [message.replace("{folder}", str(tmp_path)) for message in expected]
    with pytest.raises(CodebookError) as caught:
        load(path)
    assert caught.value.faults == check(path)


def test_all_faults_at_once(tmp_path):
    """Three kinds in one file: a top key, a type, a reference."""
    text = (
        HEAD
        + 'colour = "red"\n'
        + code(more="ai = 1\n")
        + code("nowhere", "b")
        + ideal(name="c", more='number = ""\n')
    )
    faults = check(written(tmp_path, text))
    paths = [
        "f.toml: colour: ",
        "f.toml: ideals[0].number: ",
        "f.toml: codes[0].ai: ",
        "f.toml: codes[1].variable: ",
    ]
    assert len(faults) == 4
    assert all(any(fault.startswith(path) for fault in faults) for path in paths)


def test_faults_of_a_base_are_told_with_the_bases_name(tmp_path):
    (tmp_path / "base.toml").write_text(HEAD + code(more="ai = 1\n"), encoding="utf-8")
    faults = check(written(tmp_path, HEAD.replace('"alignment"', '"base.toml"')))
    assert faults == ("base.toml: codes[0].ai: expected true or false, got 1",)


def test_a_codebook_that_stands_alone_needs_what_a_runs_tables_hold(tmp_path):
    (fault,) = check(written(tmp_path, 'id = "a"\nversion = "1.0.0"\ntitle = "T"\nsource = "S"\n'))
    assert fault.startswith("f.toml: variables: missing 'sense', 'about', 'ideals', ")
    assert fault.endswith('start from extends = "alignment".')


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"title = '\xff'", "f.toml: line 1: byte 0xff is not UTF-8. Save the file as UTF-8."),
        (b"#" * 1_000_001, "f.toml: larger than 1,000,000 bytes; a codebook is prose of a few pages"),
        (b"x = " + b"[" * 100_000, "f.toml: nested too deep; codebooks nest three deep"),
        (b"x" + b".x" * 400_000 + b" = 1", "f.toml: line 1: a dotted key of more than 32 parts; codebooks nest three deep"),
        (b"x = " + b"9" * 5_000, "f.toml: not TOML: Exceeds the limit (4300 digits) for integer string conversion"),
    ],
    ids=["UTF-8", "large", "deep", "dotted", "digits"],
)  # fmt: skip
def test_hostile_files(data, message, tmp_path):
    path = tmp_path / "f.toml"
    path.write_bytes(data)
    (fault,) = check(path)
    assert fault.startswith(message)


def test_a_byte_order_mark_does_no_harm(tmp_path):
    path = tmp_path / "f.toml"
    path.write_bytes(b"\xef\xbb\xbf" + HEAD.encode().replace(b"\n", b"\r\n"))
    assert check(path) == ()


def test_faults_beyond_five_hundred_are_left_for_the_next_round(tmp_path):
    faults = check(written(tmp_path, HEAD + "".join(code("sens", f"c{n}") for n in range(MAX_FAULTS + 5))))
    assert len(faults) == MAX_FAULTS + 1
    assert faults[-1] == f"f.toml: more than {MAX_FAULTS} faults; mend these first"


@pytest.mark.parametrize("source", ["nowhere.toml", "/"])
def test_what_is_no_file_is_told(source):
    (fault,) = check(source)
    assert source in fault
