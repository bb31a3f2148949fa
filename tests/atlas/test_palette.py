"""Colours that can be told from paper and from each other, also by the colour-blind."""

import re
from dataclasses import replace
from importlib.resources import files
from itertools import combinations

import pytest

from univocal.atlas.palette import AI_REST, IDEALS, NOT_AI, dress, short_names
from univocal.codebook import load

CSS = (files("univocal.atlas") / "assets" / "style.css").read_text(encoding="utf-8")
# Machado, Oliveira & Fernandes 2009, severity 1.0. DOI 10.1109/TVCG.2009.113
BLINDNESS = {
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def linear(colour):
    values = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]


def luminance(rgb):
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]


def contrast(a, b):
    low, high = sorted((luminance(linear(a)), luminance(linear(b))))
    return (high + 0.05) / (low + 0.05)


def lab(rgb):
    x = (0.4124 * rgb[0] + 0.3576 * rgb[1] + 0.1805 * rgb[2]) / 0.9505
    z = (0.0193 * rgb[0] + 0.1192 * rgb[1] + 0.9505 * rgb[2]) / 1.089
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, luminance(rgb), z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def seen(colour, matrix):
    rgb = linear(colour)
    return lab([min(1.0, max(0.0, sum(m * c for m, c in zip(row, rgb, strict=True)))) for row in matrix])


def variables(mode):
    """The style sheet's custom properties in one mode."""
    block = re.search(
        r":root \{(.*?)\}" if mode == "light" else r':root\[data-theme="dark"\] \{(.*?)\}', CSS, re.DOTALL
    )
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6}|\d+%);", block[1]))


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_meets_wcag_aa(mode):
    v = variables(mode)
    for ground in ("paper", "panel", "sunk"):
        for text in ("ink", "muted", "accent"):
            assert contrast(v[text], v[ground]) >= 4.5, (text, ground)
    assert contrast(v["found-ink"], v["found"]) >= 4.5
    assert contrast(v["ink"], v["accent-soft"]) >= 4.5
    assert contrast(v["rule-strong"], v["panel"]) >= 3
    assert contrast(v["focus"], v["paper"]) >= 3


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_ink_on_the_deepest_shade_meets_wcag_aa(mode):
    """Cells are shaded with at most --depth of a colour; the numbers on them must be readable."""
    v = variables(mode)
    depth = int(v["depth"].removesuffix("%")) / 100
    for pair in (*IDEALS, *AI_REST, *NOT_AI):
        colour = pair[mode == "dark"]
        mixed = "#" + "".join(
            f"{round(depth * int(colour[i : i + 2], 16) + (1 - depth) * int(v['panel'][i : i + 2], 16)):02x}"
            for i in (1, 3, 5)
        )
        assert contrast(v["ink"], mixed) >= 4.5, colour


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_colours_stand_out_from_the_page(mode):
    paper = variables(mode)["paper"]
    assert all(contrast(pair[mode == "dark"], paper) >= 3 for pair in (*IDEALS, *AI_REST, *NOT_AI))


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("kind", BLINDNESS)
def test_the_first_five_ideals_are_told_apart(mode, kind):
    """ΔE*ab of at least 11 (some five times a just noticeable difference) under each kind of colour vision."""
    colours = [seen(pair[mode == "dark"], BLINDNESS[kind]) for pair in IDEALS[:5]]
    for a, b in combinations(colours, 2):
        assert sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5 >= 11


def test_no_two_senses_share_both_colour_and_line_or_a_short_name():
    base = load()
    many = tuple(replace(base.ideals[0], id=f"i{n}", label=f"Added Ideal {n}") for n in range(20))
    worn = dress(replace(base, ideals=(*base.ideals, *many)))
    ideals = [d for d in worn.values() if d.group == "ideal"]
    assert len({(d.light, d.line) for d in ideals}) == len(ideals)
    assert len({d.short for d in worn.values()}) == len(worn)
    assert len({d.style for d in worn.values()}) == len(worn)


def test_short_names_survive_odd_labels():
    assert len(set(short_names(["", "…", "Ünïted", "A", "A", "a b c d e"]))) == 6
