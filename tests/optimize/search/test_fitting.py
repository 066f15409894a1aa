"""What is said to fit into a room fits, and nothing that fits is missing."""

from __future__ import annotations

import numpy as np
import pytest

from optimize.search import fitting
from optimize.search.fitting import Fitting


def compared(takes, room, counts):
    fits = (takes[None, :, :] <= room[:, None, :]).all(axis=2) & (np.arange(len(takes)) < counts[:, None])
    return [list(pair) for pair in zip(*(part.tolist() for part in np.nonzero(fits)), strict=True)]


def found(takes, room, counts):
    return [list(pair) for pair in zip(*(part.tolist() for part in Fitting(takes).within(room, counts)), strict=True)]


@pytest.mark.parametrize("choices", [1, 63, 64, 65, 300])
@pytest.mark.parametrize("limits", [0, 1, 4])
def test_it_is_what_comparing_each_with_each_finds(choices, limits):
    rng = np.random.default_rng(choices * 10 + limits)
    takes = rng.normal(size=(choices, limits))
    room, counts = rng.normal(0.5, 1.0, (40, limits)), rng.integers(0, choices + 1, 40)
    assert found(takes, room, counts) == compared(takes, room, counts)


def test_what_takes_the_whole_room_fits():
    rng = np.random.default_rng(3)
    takes = rng.integers(0, 4, (200, 3)).astype(float)
    room = rng.integers(-1, 4, (50, 3)).astype(float)
    counts = np.full(50, 200)
    assert found(takes, room, counts) == compared(takes, room, counts)


def test_it_is_the_same_in_small_parts(monkeypatch):
    rng = np.random.default_rng(4)
    takes, room = rng.normal(size=(150, 2)), rng.normal(size=(30, 2))
    counts = rng.integers(0, 151, 30)
    monkeypatch.setattr(fitting, "_WORDS", 7)
    assert found(takes, room, counts) == compared(takes, room, counts)


def test_into_no_room_and_of_no_choices_nothing_fits():
    assert found(np.zeros((3, 2)), np.zeros((0, 2)), np.zeros(0, dtype=int)) == []
    assert found(np.zeros((0, 2)), np.zeros((3, 2)), np.zeros(3, dtype=int)) == []
    assert found(np.zeros((3, 2)), np.zeros((2, 2)), np.zeros(2, dtype=int)) == []
