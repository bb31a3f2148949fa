"""The trained coder's weights as one file: arrays without pickles, named, with the marks of the papers seen."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b, sha256
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from univocal.coders.learnt.model import Linear, Vocabulary
from univocal.errors import CoderError

FORMAT = 1


@dataclass(frozen=True)
class Weights:
    """All that was learnt: a model of the sense of a mention, one for each variable of a paper.

    ``near`` and ``wide`` are the vocabularies of mentions and papers; ``marks`` are sorted fingerprints of the
    texts that were learnt from, so that nobody is measured on what was seen.
    """

    near: Vocabulary
    sense: Linear
    wide: Vocabulary
    papers: Mapping[str, Linear]
    marks: NDArray[np.uint64]

    def seen(self, text: str) -> bool:
        """Was this text learnt from?"""
        mark = np.uint64(fingerprint(text))
        at = int(np.searchsorted(self.marks, mark))
        return at < len(self.marks) and bool(self.marks[at] == mark)


def fingerprint(text: str) -> int:
    """A text as a 64-bit number.

    >>> fingerprint("a") == fingerprint("a"), fingerprint("a") == fingerprint("b")
    (True, False)
    """
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())


def digest(packed: bytes) -> str:
    """The SHA-256 of a weights file."""
    return sha256(packed).hexdigest()


def pack(weights: Weights) -> bytes:
    """Weights as the bytes of a NumPy archive; the same weights give the same bytes."""
    arrays: dict[str, NDArray[Any]] = {"marks": weights.marks}
    head: dict[str, Any] = {"format": FORMAT, "papers": list(weights.papers)}
    for name, vocabulary in (("near", weights.near), ("wide", weights.wide)):
        arrays[f"{name}.names"] = np.frombuffer("\n".join(vocabulary.rows).encode(), np.uint8)
        arrays[f"{name}.idf"] = vocabulary.idf
        head[name] = vocabulary.blocks
    for name, model in (("sense", weights.sense), *weights.papers.items()):
        arrays[f"{name}.weights"] = model.weights.astype(np.float16)
        arrays[f"{name}.dense"], arrays[f"{name}.bias"] = model.dense, model.bias
        head[f"model.{name}"] = {
            "codes": model.codes, "several": model.several, "temperature": model.temperature,
        }  # fmt: skip
    arrays["head"] = np.frombuffer(orjson.dumps(head), np.uint8)
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type] # its stub takes allow_pickle for an array
    return file.getvalue()


def unpack(packed: bytes) -> Weights:
    """Weights from the bytes of a NumPy archive.

    Raises:
        CoderError: they are of another format.
    """
    with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
        head = orjson.loads(arrays["head"].tobytes())
        if head["format"] != FORMAT:
            raise CoderError(f"the weights are of format {head['format']}, expected {FORMAT}; fit them anew")
        return Weights(
            near=_vocabulary(arrays, "near", head),
            sense=_model(arrays, "sense", head),
            wide=_vocabulary(arrays, "wide", head),
            papers={name: _model(arrays, name, head) for name in head["papers"]},
            marks=arrays["marks"],
        )


def _vocabulary(arrays: Any, name: str, head: Mapping[str, Any]) -> Vocabulary:
    names = arrays[f"{name}.names"].tobytes().decode().split("\n")
    return Vocabulary({key: row for row, key in enumerate(names)}, arrays[f"{name}.idf"], head[name])


def _model(arrays: Any, name: str, head: Mapping[str, Any]) -> Linear:
    about = head[f"model.{name}"]
    return Linear(
        codes=tuple(about["codes"]),
        weights=arrays[f"{name}.weights"],
        dense=arrays[f"{name}.dense"],
        bias=arrays[f"{name}.bias"],
        several=about["several"],
        temperature=about["temperature"],
    )
