from hashlib import sha256
from pathlib import Path

import numpy as np

from univocal.coders.trained.weights import digest, fingerprint, pack, shipped_bytes, unpack

ROOT = Path(__file__).resolve().parents[3]


def test_the_shipped_file_is_the_one_that_the_model_card_names():
    shipped = sha256(shipped_bytes()).hexdigest()
    assert shipped in (ROOT / "docs/reference/model-card.md").read_text("utf-8")
    assert shipped in (ROOT / "src/univocal/coders/data/README.md").read_text("utf-8")


def test_weights_are_small_enough_to_ship():
    assert len(shipped_bytes()) < 5_000_000


def test_packing_loses_nothing():
    model = unpack(shipped_bytes())
    assert digest(unpack(pack(model))) == digest(model)
    assert pack(model) == pack(model)


def test_no_array_needs_pickle():
    model = unpack(shipped_bytes())
    for machine in model.machines.values():
        assert all(np.isfinite(matrix).all() for matrix in machine.blocks.values())


def test_a_digest_is_short_and_changes_with_any_weight():
    model = unpack(shipped_bytes())
    assert len(digest(model)) == 8
    machine = next(iter(model.machines.values()))
    machine.bias[0] += 1e-3
    assert digest(model) != digest(unpack(shipped_bytes()))


def test_vocabularies_hold_no_running_text():
    """At most two words in a row are kept as a feature, three around a mention."""
    for block in unpack(shipped_bytes()).blocks.values():
        assert max(name.count("_") for name in block.names if "__" not in name) <= 6
        assert not any(" " in name for name in block.names)


def test_fingerprints_tell_texts_apart():
    assert fingerprint("We align.") != fingerprint("We align")
