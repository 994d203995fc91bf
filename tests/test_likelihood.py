"""The maths against oracles that are not ours: exact fractions, SciPy, scikit-learn."""

import warnings
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from loaded_die import likelihood
from scipy import special, stats
from sklearn.metrics import log_loss

FAIR = np.full(6, 1 / 6)
T = likelihood.counts(likelihood.ROLLS)


@st.composite
def dice(draw):
    """Any die: zeros, ones and very unequal probabilities among them."""
    weight = st.one_of(st.just(0.0), st.floats(1e-12, 1e3))
    weights = np.array(draw(st.lists(weight, min_size=2, max_size=8)))
    assume(weights.sum() > 0)
    return weights / weights.sum()


@st.composite
def rolls_and_die(draw):
    y = draw(dice())
    rolls = draw(st.lists(st.integers(1, len(y)), min_size=1, max_size=40))
    return likelihood.counts(rolls, len(y)), y


def test_the_twenty_rolls():
    assert likelihood.ROLLS.tolist() == [6, 3, 2, 6, 4, 1, 6, 5, 3, 2, 6, 4, 3, 6, 2, 5, 3, 1, 6, 4]
    assert T.tolist() == [2, 3, 4, 3, 2, 6]
    with pytest.raises(ValueError, match="read-only"):
        likelihood.ROLLS[0] = 1


def test_counts_and_frequencies_against_exact_fractions():
    rolls = likelihood.ROLLS.tolist()
    shares = [Fraction(rolls.count(k), len(rolls)) for k in range(1, 7)]
    assert likelihood.frequencies(T).tolist() == [float(share) for share in shares]
    assert likelihood.counts([2, 2], faces=3).tolist() == [0, 2, 0]
    assert likelihood.counts([1.0, 2.0], faces=2).tolist() == [1, 1]


def test_frequencies_of_several_rows():
    assert likelihood.frequencies([[1, 1], [0, 4]]).tolist() == [[0.5, 0.5], [0, 1]]


def test_one_hot_rows():
    rows = likelihood.one_hot(likelihood.ROLLS)
    assert rows.shape == (20, 6)
    assert (rows.argmax(axis=1) + 1).tolist() == likelihood.ROLLS.tolist()
    assert rows.sum(axis=1).tolist() == [1] * 20
    assert rows.sum(axis=0).tolist() == T.tolist()


def test_likelihood_against_exact_fractions():
    y = [Fraction(1, 10)] * 5 + [Fraction(1, 2)]
    exact = Fraction(1)
    for face in likelihood.ROLLS.tolist():
        exact *= y[face - 1]
    assert likelihood.likelihood(T, [float(p) for p in y]) == pytest.approx(float(exact), rel=1e-12)


def test_likelihood_times_the_orders_is_the_multinomial_probability():
    y = np.array([0.1, 0.1, 0.1, 0.1, 0.1, 0.5])
    orders = special.factorial(20, exact=True) // int(np.prod([special.factorial(n, exact=True) for n in T]))
    chance = stats.multinomial.pmf(T, 20, y)
    assert orders * likelihood.likelihood(T, y) == pytest.approx(chance, rel=1e-12)


def test_cross_entropy_against_scikit_learn():
    y = np.array([0.25, 0.15, 0.10, 0.20, 0.05, 0.25])
    rows = likelihood.one_hot(likelihood.ROLLS)
    mean = log_loss(likelihood.ROLLS, np.tile(y, (20, 1)), labels=[1, 2, 3, 4, 5, 6])
    assert likelihood.cross_entropy(rows, y).mean() == pytest.approx(mean, rel=1e-12)
    assert likelihood.cross_entropy(likelihood.frequencies(T), y) == pytest.approx(mean, rel=1e-12)


@given(rolls_and_die())
def test_log_terms_against_scipy_for_every_die(case):
    t, y = case
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        terms = likelihood.log_terms(t, y)
    assert terms == pytest.approx(special.xlogy(t, y), rel=1e-12)
    assert likelihood.log_likelihood(t, y) == pytest.approx(special.xlogy(t, y).sum(), rel=1e-9)


@given(rolls_and_die())
def test_the_loss_is_never_below_the_entropy(case):
    t, y = case
    f = likelihood.frequencies(t)
    assert likelihood.cross_entropy(f, y) >= stats.entropy(f) - 1e-9
    assert likelihood.cross_entropy(f, f) == pytest.approx(stats.entropy(f), abs=1e-12)


@st.composite
def two_dice(draw):
    faces = draw(st.integers(2, 8))
    weight = st.one_of(st.just(0.0), st.floats(1e-12, 1e3))
    weights = np.array(draw(st.lists(weight, min_size=2 * faces, max_size=2 * faces))).reshape(2, faces)
    assume((weights.sum(axis=1) > 0).all())
    return weights / weights.sum(axis=1, keepdims=True)


@given(two_dice())
def test_entropy_and_gap_against_scipy(pair):
    p, y = pair
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        h, gap = likelihood.entropy(p), likelihood.kl_divergence(p, y)
    assert h == pytest.approx(stats.entropy(p), rel=1e-9, abs=1e-12)
    assert gap == pytest.approx(special.rel_entr(p, y).sum(), rel=1e-9, abs=1e-12)
    assert likelihood.entropy(np.array([p, y])) == pytest.approx([h, likelihood.entropy(y)])


@given(two_dice())
def test_the_cross_entropy_is_floor_and_gap_and_the_gap_never_negative(pair):
    p, y = pair
    gap = likelihood.kl_divergence(p, y)
    assert gap >= -1e-12
    assert likelihood.kl_divergence(p, p) == 0
    assert likelihood.cross_entropy(p, y) == pytest.approx(likelihood.entropy(p) + gap, rel=1e-9, abs=1e-12)
    assert np.isinf(gap) == ((p > 0) & (y == 0)).any()
    assert 0 <= likelihood.entropy(p) <= np.log(len(p)) + 1e-12


def test_entropy_and_gap_by_hand():
    assert likelihood.entropy([0.5, 0.25, 0.25]) == pytest.approx(1.5 * np.log(2))
    assert likelihood.entropy([0, 1]) == 0
    assert not np.signbit(likelihood.entropy([0, 1]))
    assert 20 * likelihood.entropy(T / 20) == pytest.approx(likelihood.cross_entropy(T, T / 20))
    assert likelihood.kl_divergence([1, 0], [0.25, 0.75]) == pytest.approx(2 * np.log(2))
    assert likelihood.kl_divergence([[1, 0], [0.5, 0.5]], [0.5, 0.5]) == pytest.approx([np.log(2), 0])
    assert likelihood.kl_divergence([0.5, 0.5], [1, 0]) == np.inf


@given(rolls_and_die(), st.randoms())
def test_permuting_the_faces_changes_nothing(case, random):
    t, y = case
    order = random.sample(range(len(t)), len(t))
    permuted = likelihood.cross_entropy(t[order], y[order])
    assert permuted == pytest.approx(likelihood.cross_entropy(t, y), rel=1e-9)


@given(rolls_and_die())
def test_the_loss_of_the_counts_is_the_sum_over_the_rolls(case):
    t, y = case
    rows = np.repeat(np.eye(len(t)), t, axis=0)
    assert likelihood.cross_entropy(rows, y).sum() == pytest.approx(likelihood.cross_entropy(t, y), rel=1e-9)


def test_zeros_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert likelihood.log_likelihood([1, 0], [1, 0]) == 0
        assert likelihood.log_likelihood([0, 1], [1, 0]) == -np.inf
        assert likelihood.cross_entropy([0, 1], [1, 0]) == np.inf
        assert likelihood.likelihood([0, 1], [1, 0]) == 0
        assert likelihood.likelihood([1, 0], [1, 0]) == 1
        loss = likelihood.cross_entropy([1, 0], [1, 0])
    assert not np.signbit(loss)  # 0.0 and not -0.0


def test_the_last_axis_is_the_faces():
    y = np.array([[0.5, 0.5], [0.25, 0.75]])
    losses = likelihood.cross_entropy([[1, 0], [0, 1]], y)
    assert losses == pytest.approx([np.log(2), -np.log(0.75)])
    assert likelihood.log_terms([[1, 0], [0, 1]], y).shape == (2, 2)


def test_arguments_are_left_as_they_were():
    t, y = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    likelihood.cross_entropy(t, y)
    likelihood.frequencies(t)
    assert t.tolist() == [1, 0]
    assert y.tolist() == [0, 1]


def test_roll_follows_the_die():
    y = np.array([0.1, 0.1, 0.1, 0.1, 0.1, 0.5])
    rolls = likelihood.roll(y, 60_000, np.random.default_rng(3))
    assert stats.chisquare(likelihood.counts(rolls), 60_000 * y).pvalue > 1e-3
    assert set(likelihood.roll([0, 1, 0], 50, np.random.default_rng(3))) == {2}


def test_roll_is_repeatable():
    first, second = (likelihood.roll(FAIR, 30, np.random.default_rng(7)) for _ in range(2))
    assert first.tolist() == second.tolist()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: likelihood.counts([1, 2, 7]), r"roll 3 is 7: this die has the faces 1 to 6"),
        (lambda: likelihood.counts([0]), r"roll 1 is 0: "),
        (lambda: likelihood.counts([1, 2.5]), r"roll 2 is 2\.5: "),
        (lambda: likelihood.counts([1, float("nan")]), r"roll 2 is nan: "),
        (lambda: likelihood.counts(["6"]), r"roll 1 is '6': "),
        (lambda: likelihood.counts([True]), r"roll 1 is True: "),
        (lambda: likelihood.counts([1, None, 2]), r"roll 2 is None: "),
        (lambda: likelihood.counts([1, 2, "x"]), r"roll 3 is 'x': "),
        (lambda: likelihood.counts([2**64]), r"roll 1 is 18446744073709551616: "),
        (lambda: likelihood.counts([1], faces=True), r"faces is True: "),
        (lambda: likelihood.frequencies([10**400]), r"counts is \[1000.*: it must be an array of numbers"),
        (lambda: likelihood.roll([0.5, 0.5], True, np.random.default_rng()), r"n is True: "),
        (lambda: likelihood.roll([[0.5, 0.5]], 3, np.random.default_rng()), r"y has shape \(1, 2\): "),
        (
            lambda: likelihood.cross_entropy(np.eye(2), np.full((3, 2), 0.5)),
            r"t has shape \(2, 2\) and y \(3, 2\)",
        ),
        (lambda: likelihood.cross_entropy(np.eye(2)[:0], [0.5, 0.5]), r"t has shape \(0, 2\)"),
        (lambda: likelihood.counts([]), r"there are no rolls: at least one is needed"),
        (lambda: likelihood.counts(3), r"rolls has shape \(\): it must be a flat list"),
        (lambda: likelihood.counts([[1], [2]]), r"rolls has shape \(2, 1\): it must be a flat list"),
        (lambda: likelihood.counts([[1], [2, 3]]), r"it must be a flat list"),
        (lambda: likelihood.counts([1], faces=2.5), r"faces is 2\.5: "),
        (lambda: likelihood.one_hot([7]), r"roll 1 is 7: this die has the faces 1 to 6"),
        (lambda: likelihood.frequencies([0, 0]), r"counts is all 0: there are no rolls"),
        (lambda: likelihood.frequencies([3, -1]), r"counts contains -1: a count cannot be negative"),
        (lambda: likelihood.cross_entropy([1, -1], [0.5, 0.5]), r"t contains -1: "),
        (
            lambda: likelihood.cross_entropy([1, 0], [0.5, 0.6]),
            r"y sums to 1\.1: probabilities must sum to 1",
        ),
        (lambda: likelihood.cross_entropy([1, 0], [-0.5, 1.5]), r"y contains -0\.5: a probability cannot be"),
        (
            lambda: likelihood.cross_entropy([1, 0], [np.nan, 1]),
            r"y contains nan: every number must be finite",
        ),
        (lambda: likelihood.cross_entropy([1, 0, 0], [0.5, 0.5]), r"t has shape \(3,\) and y \(2,\)"),
        (lambda: likelihood.cross_entropy([1, 0], "die"), r"y is 'die': it must be an array of numbers"),
        (lambda: likelihood.cross_entropy([1, 0], []), r"y has shape \(0,\): it must have one"),
        (lambda: likelihood.check_probabilities([1.0], faces=6), r"y has shape \(1,\): this die needs 6"),
        (lambda: likelihood.roll([0.5, 0.5], 0, np.random.default_rng()), r"n is 0: the number of rolls"),
        (
            lambda: likelihood.roll([0.5, 0.5], 2.5, np.random.default_rng()),
            r"n is 2\.5: the number of rolls",
        ),
        (lambda: likelihood.entropy([2, 3]), r"p sums to 5: probabilities must sum to 1"),
        (lambda: likelihood.entropy([-0.5, 1.5]), r"p contains -0\.5: a probability cannot be negative"),
        (lambda: likelihood.entropy("f"), r"p is 'f': it must be an array of numbers"),
        (lambda: likelihood.kl_divergence([0.5, 0.6], [0.5, 0.5]), r"p sums to 1\.1"),
        (lambda: likelihood.kl_divergence([0.5, 0.5], [0.5, 0.6]), r"y sums to 1\.1"),
        (
            lambda: likelihood.kl_divergence([0.5, 0.5], [1, 0, 0]),
            r"p has shape \(2,\) and y \(3,\): they need the same faces",
        ),
        (lambda: likelihood.roll([0.5, 0.6], 2, np.random.default_rng()), r"y sums to 1\.1"),
    ],
)
def test_bad_input_names_the_value_and_the_rule(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_seed_is_no_generator():
    with pytest.raises(TypeError, match=r"rng is 42: it must be a generator"):
        likelihood.roll(FAIR, 3, 42)


def test_the_sum_may_be_off_by_a_rounding_error_and_no_more():
    likelihood.cross_entropy([1, 0], [0.5, 0.5 + 9e-10])
    with pytest.raises(ValueError, match="sums to"):
        likelihood.cross_entropy([1, 0], [0.5, 0.5 + 1.1e-9])


@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=8))
def test_softmax_against_scipy(z):
    assert likelihood.log_softmax(z) == pytest.approx(special.log_softmax(z), rel=1e-9, abs=1e-12)
    assert likelihood.softmax(z) == pytest.approx(special.softmax(z), rel=1e-9, abs=1e-12)
    likelihood.check_probabilities(likelihood.softmax(z))


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=8), st.floats(-1000, 1000))
def test_a_constant_added_to_all_scores_changes_nothing(z, constant):
    assert likelihood.softmax(np.add(z, constant)) == pytest.approx(likelihood.softmax(z), abs=1e-12)


def test_softmax_of_several_rows():
    z = np.array([[0.0, 0.0], [1000.0, 999.0]])
    assert likelihood.softmax(z) == pytest.approx(special.softmax(z, axis=1))
    assert z.tolist() == [[0, 0], [1000, 999]]  # what was given is left alone


def test_the_loss_of_scores_does_not_underflow():
    assert likelihood.softmax([2000, 0])[1] == 0
    assert likelihood.log_softmax([2000, 0]).tolist() == [0, -2000]
    assert likelihood.log_softmax([1.7e308, -1.7e308]).tolist() == [0, -np.inf]


@given(st.lists(st.floats(-5, 5), min_size=6, max_size=6))
def test_the_slope_of_the_loss_is_the_die_minus_the_rolls(z):
    def loss(z):
        return -(T * special.log_softmax(z)).sum()

    h = 1e-5
    slopes = [(loss(z + step) - loss(z - step)) / (2 * h) for step in h * np.eye(6)]
    assert T.sum() * (likelihood.softmax(z) - T / T.sum()) == pytest.approx(slopes, abs=1e-5)


@pytest.mark.parametrize(
    "bad", [[0, np.nan], [np.inf, 0], [-np.inf, 0], [], 1.0, "scores", None, [[1], [2, 3]]]
)
@pytest.mark.parametrize("function", [likelihood.softmax, likelihood.log_softmax])
def test_bad_scores_are_refused(function, bad):
    with pytest.raises(ValueError, match=r"^z "):
        function(bad)


def test_what_is_wrong_with_a_score_is_said():
    with pytest.raises(ValueError, match="z contains nan: every number must be finite"):
        likelihood.softmax([0, np.nan])
