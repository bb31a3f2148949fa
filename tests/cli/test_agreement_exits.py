"""What a shell sees of the three commands: exit status, and nothing written where the input is at fault."""

import csv
import subprocess
import sys

import pytest

from univocal.cli.main import main

LONG = ("--unit", "paper", "--coder", "coder", "--code", "code")
HEADER = ["paper", "coder", "code", "weight"]
ROWS = [
    (f"p{i}", coder, codes[i], 2)
    for coder, codes in (("ann", "aabbabab"), ("bob", "aabbabba"))
    for i in range(8)
]


def write(path, rows, header=HEADER):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def line(command, *words):
    more = {"prevalence": ("--gold", "ann", "--weight", "weight")}.get(command, ())
    return [command, *map(str, words), *more, "-o", "out"]


def run(folder, words):
    """In a process of its own, as a shell does."""
    given = [sys.executable, "-m", "univocal", *words]
    return subprocess.run(given, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def call(tmp_path, monkeypatch, capsys):
    """The same in this process, which is faster: exit status, stdout, stderr."""

    def _call(words):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["univocal", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        return ended.value.code, captured.out, captured.err

    return _call


#: name: the rows, more words, and what the message must hold
FAULTS = {
    "unknown column": (ROWS, ("--paper", "papre"), ["codings.csv: no column 'papre'. Did you mean 'paper'?"]),
    "code outside the codes": (
        [*ROWS[:3], ("p9", "ann", "c", 2)],
        ("--codes", "a,b"),
        ["codings.csv: line 5: column 'code': no code 'c' of 'code'. Known: 'a', 'b'."],
    ),
    "code outside the codebook": (
        [("p1", "ann", "mian", "about")],
        ("--codebook", "alignment", "--variable", "weight"),
        ["codings.csv: line 2: column 'code': no code 'mian' of 'about'. Did you mean 'main'?"],
    ),
    "NaN and empty": (
        [*ROWS, ("p9", "ann", "NaN", 2), ("p9", "bob", "", 2)],
        (),
        ["line 18: column 'code': 'NaN' is no code", "line 19: column 'code': empty"],
    ),
    "a coder twice": (
        [*ROWS, ("p0", "ann", "b", 2)],
        (),
        ["line 18: column 'paper': the coder 'ann' codes 'code' of 'p0' again; the first is on line 2"],
    ),
    "level": (ROWS, ("--level", "95"), ["got 95", "pass level=0.95"]),
}  # fmt: skip


@pytest.mark.parametrize("command", ["agreement", "aggregate", "prevalence"])
@pytest.mark.parametrize("fault", FAULTS)
def test_misuse_is_two_and_writes_nothing(tmp_path, call, command, fault):
    rows, words, messages = FAULTS[fault]
    write(tmp_path / "codings.csv", rows)
    status, stdout, stderr = call(line(command, "codings.csv", *LONG, *words))
    assert (status, stdout) == (2, "")
    for message in messages:
        assert message in stderr
    assert [path.name for path in tmp_path.iterdir()] == ["codings.csv"]


def test_faults_of_all_files_come_at_once(tmp_path):
    write(tmp_path / "one.csv", [("p1", "ann", "nan", 0)])
    write(tmp_path / "two.csv", [("p1", "bob", "a", -1)])
    (tmp_path / "three.jsonl").write_text('{"a": 1}\n')
    ran = run(tmp_path, line("prevalence", "one.csv", "nowhere.csv", "two.csv", "three.jsonl", *LONG))
    assert ran.returncode == 2
    assert ran.stderr.splitlines() == [
        "univocal: one.csv: line 2: column 'code': 'nan' is no code; expected a code. Name 'nan' in `missing` if the coder gave none, in `empty` if it says that none applies.",
        "one.csv: line 2: column 'weight': '0' is not positive; expected a sampling weight above 0",
        "nowhere.csv: no such file. Check the name.",
        "two.csv: line 2: column 'weight': '-1' is not positive; expected a sampling weight above 0",
        "three.jsonl: JSON lines with 'a'. Expected codings (paper, coder, variable, codes) or coded papers (id, text, mentions, coding).",
    ]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["agreement", "aggregate", "prevalence"])
def test_a_sound_run_is_zero_and_writes_two_files(tmp_path, command):
    write(tmp_path / "codings.csv", ROWS)
    ran = run(tmp_path, line(command, "codings.csv", *LONG))
    assert (ran.returncode, ran.stderr.split()[0]) == (0, "Wrote")
    name = {"aggregate": "aggregation"}.get(command, command)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [f"{name}.csv", f"{name}.json"]


def test_a_warning_of_common_errors_is_one(tmp_path):
    codes = {
        "truth": "ab" * 40,
        "one": "ab" * 20 + "ba" * 10 + "ab" * 10,
        "two": "ab" * 20 + "ba" * 10 + "ab" * 10,
    }
    rows = [(f"p{i}", name, said[i], 1) for name, said in codes.items() for i in range(80)]
    write(tmp_path / "codings.csv", rows)
    ran = run(tmp_path, line("aggregate", "codings.csv", *LONG, "--truth", "truth"))
    assert ran.returncode == 1
    assert "Warning: Coders one and two err together" in " ".join(ran.stdout.split())
    assert (tmp_path / "out" / "aggregation.json").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("prevalence", "codings.csv", *LONG), "whose codes are the gold?"),
        (("prevalence", "codings.csv", *LONG, "--gold-code", "code"), "Name it in --gold-from."),
        (("aggregate", "codings.csv", *LONG, "--truth-from", "gone.csv"), "gone.csv: no such file"),
        (("aggregate", "codings.csv", "--variable", "code"), "Say too which columns hold its codings"),
        (("agreement", "codings.csv", "--nonsense"), "No such option"),
    ],
)  # fmt: skip
def test_options_that_do_not_fit(tmp_path, call, words, message):
    write(tmp_path / "codings.csv", ROWS)
    status, stdout, stderr = call([*words, "-o", "out"])
    assert (status, stdout) == (2, "")
    assert message in stderr
    assert not (tmp_path / "out").exists()
