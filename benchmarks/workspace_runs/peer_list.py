"""Each peer: how it starts, takes documents, and saves one answer."""

from __future__ import annotations

import re
import subprocess
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from workspace_runs import documents
from workspace_runs.peers import LABELS, Import, PeerError, Visitor, json_lines, one_by_one

#: Saves one answer about the n-th document; returns the seconds that it took.
Save = Callable[[int], float]


class Peer(Protocol):
    """Another workspace, installed in an environment of its own."""

    name: str
    page: str

    def prepare(self, bin_: Path, folder: Path, n: int) -> None:
        """What is done before the server starts."""

    def words(self, bin_: Path, folder: Path, port: int) -> list[str | Path]:
        """The command that starts it."""

    def fill(self, visitor: Visitor, n: int) -> Import | None:
        """Log in and import; None where documents are read when it starts."""

    def saver(self, visitor: Visitor) -> Save:
        """How an answer is saved."""


class Potato:
    """potato-annotation: documents in a JSON Lines file that its configuration names."""

    name, page = "potato-annotation", "/"

    def prepare(self, bin_: Path, folder: Path, n: int) -> None:
        del bin_
        json_lines(folder / "documents.jsonl", n)
        labels = ", ".join(f'"{label}"' for label in LABELS)
        (folder / "config.yaml").write_text(
            "annotation_task_name: benchmark\ntask_dir: .\noutput_annotation_dir: out\noutput_annotation_format: jsonl\n"
            "data_files: [documents.jsonl]\nitem_properties: {id_key: id, text_key: text}\nrequire_password: false\n"
            "user_config: {allow_all_users: true, users: []}\nassignment_strategy: fixed_order\n"
            "annotation_schemes:\n  - {annotation_type: radio, name: about, description: about, labels: ["
            + labels
            + "]}\n"
        )

    def words(self, bin_: Path, folder: Path, port: int) -> list[str | Path]:
        return [bin_ / "potato", "start", folder / "config.yaml", "-p", str(port), "--host", "127.0.0.1"]

    def fill(self, visitor: Visitor, n: int) -> Import | None:
        del n
        visitor.good("GET", "/")
        visitor.form("/auth", {"email": "ann", "pass": "x", "action": "login"})
        visitor.good("GET", "/annotate")
        return None

    def saver(self, visitor: Visitor) -> Save:
        def save(n: int) -> float:
            state = [{"name": "main", "value": "main"}]
            sent = {"instance_id": f"d{n:06}", "schema": "about", "type": "label", "state": state}
            answer = visitor.good("POST", "/updateinstance", sent)
            if answer.json.get("status") not in ("success", "ok"):
                raise PeerError(f"not saved: {answer.body[:200]!r}")
            return answer.seconds

        return save


class Taguette:
    """Taguette: a document a request, as HTML (plain text would need Calibre); an answer is a highlight with a tag."""

    name, page = "taguette", "/"

    def prepare(self, bin_: Path, folder: Path, n: int) -> None:
        del bin_, n
        self.folder = folder

    def words(self, bin_: Path, folder: Path, port: int) -> list[str | Path]:
        database = folder / "taguette.sqlite3"
        return [bin_ / "taguette", "--no-browser", "--port", str(port), "--database", database]

    def fill(self, visitor: Visitor, n: int) -> Import:
        # the address that it prints for its one user
        token = re.search(r"\?token=(\w+)", (self.folder / "log").read_text(errors="replace"))
        if token is None:
            raise PeerError("it printed no address to log in by")
        visitor.good("GET", f"/{token.group(0)}")
        visitor.good("GET", "/project/new")
        fields = {"_xsrf": visitor.cookies.get("_xsrf", ""), "name": "benchmark", "description": ""}
        visitor.form("/project/new", fields)

        def send(one: dict[str, Any]) -> None:
            edge = uuid.uuid4().hex
            parts = [("name", "", one["id"]), ("description", "", "")]
            body = "".join(
                f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
                for name, _, value in parts
            )
            body += (
                f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a.html"\r\n'
                f"Content-Type: text/html\r\n\r\n<p>{one['text']}</p>\r\n--{edge}--\r\n"
            )
            how = {"Content-Type": f"multipart/form-data; boundary={edge}", **self._token(visitor)}
            visitor.good("POST", "/api/project/1/document/new", body.encode(), **how)

        return one_by_one(send, n)

    def saver(self, visitor: Visitor) -> Save:
        def save(n: int) -> float:
            sent = {"start_offset": 0, "end_offset": 5, "tags": [1]}
            path = f"/api/project/1/document/{n % 200 + 1}/highlight/new"
            return visitor.good("POST", path, sent, **self._token(visitor)).seconds

        return save

    @staticmethod
    def _token(visitor: Visitor) -> dict[str, str]:
        return {"X-XSRFToken": visitor.cookies.get("_xsrf", "")}


class LabelStudio:
    """Label Studio: all documents in one request; an answer is an annotation of a task."""

    name, page = "label-studio", "/user/login/"

    def prepare(self, bin_: Path, folder: Path, n: int) -> None:
        del bin_, folder, n

    def words(self, bin_: Path, folder: Path, port: int) -> list[str | Path]:
        return [
            bin_ / "label-studio", "start", "--no-browser", "--port", str(port), "--internal-host", "127.0.0.1",
            "--data-dir", folder / "data", "--username", "ann@example.org", "--password", "password of ann",
        ]  # fmt: skip

    def fill(self, visitor: Visitor, n: int) -> Import:
        visitor.good("GET", self.page)
        fields = {"email": "ann@example.org", "password": "password of ann"}
        visitor.form(
            self.page, {"csrfmiddlewaretoken": visitor.cookies["csrftoken"], **fields},
            Referer=f"http://127.0.0.1:{visitor.port}{self.page}",
        )  # fmt: skip
        choices = "".join(f'<Choice value="{label}"/>' for label in LABELS)
        config = (
            f'<View><Text name="t" value="$text"/><Choices name="c" toName="t">{choices}</Choices></View>'
        )
        made = visitor.good(
            "POST", "/api/projects", {"title": "benchmark", "label_config": config}, **self._token(visitor)
        )
        tasks = [{"data": {"text": one["text"]}} for one in documents.records(n)]
        path = f"/api/projects/{made.json['id']}/import"
        return Import(visitor.good("POST", path, tasks, **self._token(visitor)).seconds, n)

    def saver(self, visitor: Visitor) -> Save:
        def save(n: int) -> float:
            result = [{"from_name": "c", "to_name": "t", "type": "choices", "value": {"choices": ["main"]}}]
            path = f"/api/tasks/{n + 1}/annotations/"
            return visitor.good("POST", path, {"result": result}, **self._token(visitor)).seconds

        return save

    @staticmethod
    def _token(visitor: Visitor) -> dict[str, str]:
        return {"X-CSRFToken": visitor.cookies["csrftoken"]}


class Doccano:
    """doccano: a document a request (its own upload needs a second service); an answer is a category."""

    name, page = "doccano", "/"

    def prepare(self, bin_: Path, folder: Path, n: int) -> None:
        del n
        for words in (["init"], ["createuser", "--username", "ann", "--password", "password of ann"]):
            done = subprocess.run(
                [bin_ / "doccano", *words], cwd=folder, capture_output=True, text=True, check=False,
                env={"HOME": str(folder), "PATH": "/usr/bin:/bin"}, timeout=120,
            )  # fmt: skip
            if done.returncode:
                raise PeerError(f"doccano {words[0]}: {(done.stderr or done.stdout).strip()[-300:]}")

    def words(self, bin_: Path, folder: Path, port: int) -> list[str | Path]:
        del folder
        return [bin_ / "doccano", "webserver", "--port", str(port), "--workers", "1"]

    def fill(self, visitor: Visitor, n: int) -> Import:
        visitor.ask("GET", "/v1/me")
        visitor.good(
            "POST",
            "/v1/auth/login/",
            {"username": "ann", "password": "password of ann"},
            **self._token(visitor),
        )
        project = {
            "name": "benchmark", "description": "-", "project_type": "DocumentClassification", "guideline": "-",
            "resourcetype": "TextClassificationProject",
        }  # fmt: skip
        self.project = visitor.good("POST", "/v1/projects", project, **self._token(visitor)).json["id"]
        label = {"text": "main", "background_color": "#000000", "text_color": "#ffffff"}
        path = f"/v1/projects/{self.project}/category-types"
        self.label = visitor.good("POST", path, label, **self._token(visitor)).json["id"]
        self.rows: list[int] = []

        def send(one: dict[str, Any]) -> None:
            path = f"/v1/projects/{self.project}/examples"
            made = visitor.good("POST", path, {"text": one["text"], "meta": {}}, **self._token(visitor))
            self.rows.append(made.json["id"])

        return one_by_one(send, n)

    def saver(self, visitor: Visitor) -> Save:
        def save(n: int) -> float:
            path = f"/v1/projects/{self.project}/examples/{self.rows[n % len(self.rows)]}/categories"
            return visitor.good("POST", path, {"label": self.label}, **self._token(visitor)).seconds

        return save

    @staticmethod
    def _token(visitor: Visitor) -> dict[str, str]:
        return {"X-CSRFToken": visitor.cookies.get("csrftoken", "")}


PEERS: tuple[Peer, ...] = (Potato(), Taguette(), LabelStudio(), Doccano())
