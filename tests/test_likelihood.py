"""The maths against oracles that are not ours: exact fractions, SciPy, scikit-learn.

A warning in the helper is an error (pyproject.toml), so each test also says that there is none.
"""

import doctest
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from loaded_die import likelihood
from scipy import special, stats
from sklearn.metrics import log_loss

approx = pytest.approx
LOADED = np.array([0.1, 0.1, 0.1, 0.1, 0.1, 0.5])
T = likelihood.counts(likelihood.ROLLS)
RNG = np.random.default_rng(3)


@st.composite
def dice(draw, n=1):
    """Any n dice of as many faces: zeros, ones and very unequal probabilities among them."""
    weight = st.one_of(st.just(0.0), st.floats(1e-12, 1e3))
    faces = draw(st.integers(2, 8))
    weights = np.array(draw(st.lists(weight, min_size=n * faces, max_size=n * faces))).reshape(n, faces)
    assume((weights.sum(axis=1) > 0).all())
    return weights / weights.sum(axis=1, keepdims=True)


def test_counts_frequencies_and_rows():
    rolls = likelihood.ROLLS.tolist()
    assert rolls == [6, 3, 2, 6, 4, 1, 6, 5, 3, 2, 6, 4, 3, 6, 2, 5, 3, 1, 6, 4]
    assert not likelihood.ROLLS.flags.writeable
    assert T.tolist() == [rolls.count(face) for face in range(1, 7)]
    assert likelihood.frequencies([T, T + 1])[0].tolist() == [float(Fraction(int(n), 20)) for n in T]
    for some in ([1.0, 2], np.float32([1, 2]), (1, np.uint8(2)), range(1, 3), Labelled(1, 2)):
        assert likelihood.counts(some, faces=2).tolist() == [1, 1]
    assert likelihood.one_hot([3, 1], faces=3).tolist() == [[0, 0, 1], [1, 0, 0]]


def test_the_twenty_rolls_against_fractions_and_scikit_learn():
    exact = Fraction(1, 10) ** 14 * Fraction(1, 2) ** 6
    assert likelihood.likelihood(T, LOADED) == approx(float(exact), rel=1e-12)
    mean = log_loss(likelihood.ROLLS, np.tile(LOADED, (20, 1)))
    assert likelihood.cross_entropy(likelihood.one_hot(likelihood.ROLLS), LOADED).mean() == approx(mean)
    assert likelihood.cross_entropy(likelihood.frequencies(T), LOADED) == approx(mean)


@given(dice(), st.lists(st.integers(0, 55), min_size=1, max_size=40))
def test_terms_and_their_sum_against_scipy_for_every_die(y, rolls):
    y = y[0]
    t = likelihood.counts(np.array(rolls) % len(y) + 1, len(y))
    assert likelihood.log_terms(t, y) == approx(special.xlogy(t, y), rel=1e-12)
    log_l = special.xlogy(t, y).sum()
    assert likelihood.log_likelihood(t, y) == approx(log_l, rel=1e-9)
    assert likelihood.likelihood(t, y) == approx(np.exp(log_l), rel=1e-9)
    rows = np.repeat(np.eye(len(t)), t, axis=0)
    assert likelihood.cross_entropy(rows, y).sum() == approx(-log_l, rel=1e-9)


@given(dice(2))
def test_entropy_and_gap_against_scipy(pair):
    p, y = pair
    h, gap = likelihood.entropy(p), likelihood.kl_divergence(p, y)
    assert h == approx(stats.entropy(p), rel=1e-9, abs=1e-12)
    assert gap == approx(special.rel_entr(p, y).sum(), rel=1e-9, abs=1e-12)
    assert likelihood.cross_entropy(p, y) == approx(h + gap, rel=1e-9, abs=1e-12)
    assert likelihood.entropy(pair) == approx([h, likelihood.entropy(y)])
    assert likelihood.kl_divergence(pair, y) == approx([gap, 0])


@given(dice(), st.lists(st.floats(-1e-8, 1e-8), min_size=8, max_size=8))
def test_the_gap_of_nearly_equal_dice_is_never_negative(y, noise):
    p = y * (1 + np.array(noise[: y.size]))
    p /= p.sum()
    gap = likelihood.kl_divergence(p, y)
    assert (gap >= 0).all()
    assert gap == approx(special.rel_entr(p, y).sum(), abs=1e-14)


def test_what_can_be_said_without_a_computer():
    assert likelihood.log_likelihood([[1, 0], [0, 1]], [1, 0]).tolist() == [0, -np.inf]
    assert likelihood.likelihood([[1, 0], [0, 1]], [1, 0]).tolist() == [1, 0]
    assert likelihood.cross_entropy([0, 1], [1, 0]) == likelihood.kl_divergence([0.5, 0.5], [1, 0]) == np.inf
    for certain in (likelihood.cross_entropy([1, 0], [1, 0]), likelihood.entropy([0, 1])):
        assert certain == 0
        assert not np.signbit(certain)  # 0.0 and not -0.0
    assert likelihood.log_softmax([2000, 0]).tolist() == [0, -2000]
    assert likelihood.log_softmax([1.7e308, -1.7e308]).tolist() == [0, -np.inf]
    t, y = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    likelihood.kl_divergence(t, likelihood.softmax(y))
    assert (t.tolist(), y.tolist()) == ([1, 0], [0, 1])  # as they were


def test_the_last_axis_is_the_faces_and_the_others_are_broadcast():
    t, y = np.eye(2), np.array([[0.5, 0.5], [0.25, 0.75]])
    assert likelihood.cross_entropy(t, y) == approx([np.log(2), -np.log(0.75)])
    assert likelihood.likelihood(t[:, np.newaxis], y) == approx(y.T)
    assert likelihood.cross_entropy(np.ones((4, 1, 2)), np.full((4, 3, 2), 0.5)).shape == (4, 3)


def test_roll_follows_the_die_and_its_generator():
    first, second = (likelihood.roll(LOADED, 60_000, np.random.default_rng(3)) for _ in range(2))
    likelihood.check_whole(10**9, "n", "a rule")  # the most there may be
    assert stats.chisquare(likelihood.counts(first), 60_000 * LOADED).pvalue > 1e-3
    assert first.tolist() == second.tolist()
    assert likelihood.roll([0, 1, 0], 50, RNG).tolist() == [2] * 50


def test_probabilities_of_lower_precision_are_taken_as_they_are_rounded():
    for faces in [2, 6, 20] * 50:
        y = np.exp(RNG.normal(0, 3, (2, faces)).astype(np.float32))
        y /= y.sum(axis=1, keepdims=True)
        p = y / y.sum(axis=1, keepdims=True, dtype=float)
        gap = likelihood.kl_divergence(y, y[::-1])
        assert gap == approx(special.rel_entr(p, p[::-1]).sum(axis=1))
        assert likelihood.entropy(y) == approx(stats.entropy(p, axis=1))
        assert gap.dtype == likelihood.entropy(y).dtype == float
        likelihood.roll(y[0], 1, RNG)


def refused(function, *arguments):
    """What is said, which is always a ValueError with one line of at most 200 characters."""
    with pytest.raises(ValueError, match=r"^.{1,200}\Z") as caught:
        function(*arguments)
    assert str(caught.value).isprintable()
    return str(caught.value)


def test_its_examples_are_so():
    result = doctest.testmod(likelihood)
    assert (result.attempted, result.failed) == (3, 0)


def test_the_sum_may_be_off_by_rounding_and_no_more():
    for kind, most in ((float, 1e-9), (np.float32, 1e-5)):
        for off in (-most, most):
            likelihood.check_probabilities(np.array([0, 0.25, 0.75 + 0.9 * off], kind))
            assert "sums to" in refused(likelihood.entropy, np.array([0, 0.25, 0.75 + 1.5 * off], kind))
    assert likelihood.check_probabilities([0.1, 0.9 + 1e-12])[1] == 0.9 + 1e-12  # left as it is


REFUSED = """
counts([1, 2, 7]) -> roll 3 is 7: this die has the faces 1 to 6
counts([0, 1]) -> roll 1 is 0:
counts([1, 2.5]) -> roll 2 is 2.5:
counts(np.array([1, np.nan])) -> roll 2 is nan:
counts(["6"]) -> roll 1 is '6':
counts([2**64]) -> roll 1 is 18446744073709551616:
counts(np.ma.array([1, 2], mask=[0, 1])) -> roll 2 is None: this die has the faces 1 to 6
counts([]) -> rolls is []: it must be a flat list, one face a roll, one at least
counts(3) -> rolls is 3: it must be a flat list
one_hot([1], -2) -> faces is -2:
counts([1], 2.5) -> faces is 2.5: a die has a whole number of faces, from 1 to a billion
frequencies([[1, 1], [0, 0]]) -> counts is all 0: there are no rolls, at least one is needed
frequencies([3, -1]) -> counts contains -1: a count cannot be negative
frequencies([3, None]) -> counts is [3, None]: it must be an array of numbers, one a face
frequencies(np.ma.array([3, 1], mask=[0, 1])) -> counts is a masked array: fill it first, or leave
frequencies(ValueCounts(6, 4, 3)) -> counts is a Series whose index is not in order: use its sort_index()
frequencies(["x"] * 10**6) -> counts is ['x', 'x', 'x', 'x', 'x', 'x', ...]: it must be an array of numbers
roll([0.5, 0.5], 0, RNG) -> n is 0: the number of rolls must be a whole number from 1 to a billion
roll([0.5, 0.5], True, RNG) -> n is True:
roll([0.5, 0.5], 10**9 + 1, RNG) -> n is 1000000001:
roll([0.5, 0.5], 3, 42) -> rng is 42: it must be a generator, such as np.random.default_rng(1)
roll([[0.5, 0.5]], 3, RNG) -> y has shape (1, 2): this die needs 2 probabilities in a row
check_probabilities([1.0], 6) -> y has shape (1,): this die needs 6 probabilities in a row
cross_entropy([1, 0], [[0.5, 0.5], [0.5, 0.4]]) -> y sums to 0.9: probabilities must sum to 1
cross_entropy([1, 0], np.float32([-0.1, 1.1])) -> y contains -0.1: a probability cannot be negative
cross_entropy([1, 0], "die") -> y is 'die': it must be an array of numbers, one a face
cross_entropy([1, 0], ["0.5", "0.5"]) -> y is ['0.5', '0.5']: it must be an array of numbers, one a face
cross_entropy(np.eye(2)[:0], [1, 0]) -> t is array([], sha
cross_entropy([1], [0.5, 0.5]) -> t has shape (1,) and y (2,): they need the same faces (and rows, if any)
cross_entropy(np.eye(2), np.eye(3, 2) + [[0, 0], [0, 0], [0, 1]]) -> t has shape (2, 2) and y (3, 2):
cross_entropy(np.ones((3, 1, 2)), np.full((4, 2, 2), 0.5)) -> t has shape (3, 1, 2) and y (4, 2, 2):
entropy([2, 3]) -> p sums to 5:
softmax([0, np.nan]) -> z contains nan: every number must be finite
counts(Labelled(6, 3, 7)) -> roll 3 is 7:
frequencies(Labelled(6, -3, 7)) -> counts contains -3:
"""


class Labelled(dict):
    """As a Series of pandas with the labels 1, 2, 3, which [ ] goes by."""

    def __init__(self, *values):
        super().__init__(enumerate(values, start=1))

    def __array__(self, dtype=None, copy=None):
        return np.array([*self.values()], dtype)


class ValueCounts(Labelled):
    """As pandas' value_counts(), the largest first, whatever face it is of."""

    index = SimpleNamespace(is_monotonic_increasing=False)


@pytest.mark.parametrize("case", REFUSED.strip().splitlines())
def test_bad_input_is_refused_with_the_value_and_the_rule(case):
    call, message = case.split(" -> ")
    assert refused(eval, call, globals() | vars(likelihood)).startswith(message)


UNPRINTABLE = type("Unprintable", (), {"__repr__": lambda _: None})()
LINES = type("Lines", (), {"__repr__": lambda _: "two\nlines\u2028\x85" * 1000})()


@pytest.mark.parametrize("bad", [UNPRINTABLE, LINES, "x\n" * 10**6], ids="abc")
def test_whatever_is_refused_the_line_is_short(bad):
    for nested in (bad, [bad], [1] * 10**4 + [[bad]], {bad: bad}):
        for function in (likelihood.counts, likelihood.frequencies, likelihood.entropy, likelihood.softmax):
            assert refused(function, nested).split(" ")[0] in ("roll", "rolls", "counts", "p", "z")
        assert refused(likelihood.roll, [1], nested, RNG).startswith("n is ")
        assert refused(likelihood.check_rng, nested).startswith("rng is ")


@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=8))
def test_softmax_against_scipy(z):
    assert likelihood.log_softmax([z, z]) == approx(special.log_softmax([z, z], axis=1), rel=1e-9, abs=1e-12)
    assert likelihood.softmax([z, z]) == approx(special.softmax([z, z], axis=1), rel=1e-9, abs=1e-12)
