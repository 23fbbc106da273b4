"""The palette: legible on its paper, and apart for the common colour-vision deficiencies."""

from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest

from corridor.charts import chart_config
from corridor.charts.theme import PALETTES
from corridor.errors import InputError

# Machado, Oliveira & Fernandes, IEEE TVCG 15 (2009) 1291-1298, table of matrices, severity 1.0,
# applied to linear RGB.
DEFICIENCIES = {
    "none": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
Vector = npt.NDArray[np.float64]


def linear(colour: str) -> Vector:
    channels = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(rgb: Vector) -> Vector:
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    ratios = to_xyz @ np.clip(rgb, 0, 1) / np.array([0.9505, 1.0, 1.089])
    f = np.where(ratios > 0.008856, np.cbrt(ratios), 7.787 * ratios + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one: str, other: str) -> float:
    weights = np.array([0.2126, 0.7152, 0.0722])
    low, high = sorted(float(weights @ linear(colour)) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", PALETTES)
@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_the_three_colours_used_together_stay_apart(scheme: str, deficiency: str) -> None:
    seen = [lab(DEFICIENCIES[deficiency] @ linear(colour)) for colour in PALETTES[scheme].series[:3]]
    assert min(np.linalg.norm(one - other) for one, other in combinations(seen, 2)) > 20


@pytest.mark.parametrize("scheme", PALETTES)
def test_text_and_accents_contrast_with_the_paper(scheme: str) -> None:
    colours = PALETTES[scheme]
    assert contrast(colours.ink, colours.paper) >= 7
    assert contrast(colours.quiet, colours.paper) >= 4.5
    assert contrast(colours.on_accent, colours.series[0]) >= 4.5
    for accent in (colours.series[0], *colours.series[2:]):
        assert contrast(accent, colours.paper) >= 3


def test_an_unknown_scheme_is_refused() -> None:
    with pytest.raises(InputError, match="sepia"):
        chart_config("en", "sepia")
