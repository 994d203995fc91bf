"""The exercises: right answers in all their spellings, mistakes by name, and nothing taken for another."""

import ast
import inspect
import math
import random
import re
from fractions import Fraction
from math import comb

import nbformat
import numpy as np
import pytest
import stored
import test_arithmetic
from loaded_die import exercises, likelihood, words
from loaded_die.exercise_list import TASKS, Task
from loaded_die.exercises import Exercise, check
from scipy import special, stats
from sklearn import metrics

T = likelihood.counts(likelihood.ROLLS)
F = likelihood.frequencies(T)
FAIR = np.full(6, 1 / 6)
LOADED = np.array([0.1, 0.1, 0.1, 0.1, 0.1, 0.5])
NUMBERS = [task for task in TASKS.values() if task.asked == "number"]
ARRAYS = [task for task in TASKS.values() if task.asked == "array"]
FUNCTIONS = [task for task in TASKS.values() if task.asked == "function"]
MISTAKES = [(task, reason, mistake) for task in TASKS.values() for reason, mistake in task.mistakes]
USUAL = [
    getattr(words, name)
    for name in (
        "MINUS MINUS_TOO_MANY BASE_2 BASE_10 NATS_FOR_BITS BASE_10_FOR_BITS SUM_FOR_MEAN MEAN_FOR_SUM "
        "COUNTS_FOR_FREQUENCIES NOT_NORMALISED OFF_BY_ONE LOG_OF_SUM EXCHANGED ZERO_LOG_ZERO TRANSPOSED "
        "EPSILON BASE_2_POWER"
    ).split()
]


def named(value):
    """A task's own name in a test's name; pytest's usual choice for all else."""
    return value.name if isinstance(value, Task) else None


def right_value(task):
    return exercises.outcome(task.solve, task.tests[0])


# Right answers


ORACLES = {
    "share_of_threes": 4 / 20,
    "load_a_die": [0.125, 0.125, 0.125, 0.125, 0.375, 0.125],
    "half_the_gap": 8000,
    "shares": lambda rolls, faces: likelihood.frequencies(likelihood.counts(rolls, faces)),
    "row_of_a_four": likelihood.one_hot([4])[0],
    "sum_for_a_five": math.log(0.05),
    "rows": likelihood.one_hot,
    "face_terms": likelihood.log_terms,
    "three_rolls": math.log(0.5 * 0.1 * 0.1),
    "coin_underflows": np.count_nonzero(np.cumprod(np.full(2000, 0.5))) + 1,
    "orders_of_a_coin": comb(10, 3),
    "log_chance": likelihood.log_likelihood,
    "cost_of_a_roll": math.log(5),
    "mean_in_bits": likelihood.cross_entropy(F, LOADED) / math.log(2),
    "times_as_probable": stats.multinomial.pmf(T, 20, F) / stats.multinomial.pmf(T, 20, LOADED),
    "mean_loss": lambda rolls, y: likelihood.cross_entropy(likelihood.one_hot(rolls, len(y)), y).mean(),
    "best_coin": np.linspace(0, 1, 1001)[np.argmax(stats.binom.logpmf(3, 10, np.linspace(0, 1, 1001)))],
    "slope_towards_three": (
        likelihood.log_likelihood(T, FAIR + 1e-6 * (np.eye(6)[2] - FAIR))
        - likelihood.log_likelihood(T, FAIR - 1e-6 * (np.eye(6)[2] - FAIR))
    )
    / 2e-6,
    "best_without_sixes": likelihood.frequencies([2, 3, 4, 3, 2, 0]),
    "slopes": lambda t, y: [
        sum(special.xlogy(t, y + step) - special.xlogy(t, y - step)) / 2e-6
        for step in 1e-6 * (np.eye(len(y)) - y)
    ],
    "entropy_in_bits": stats.entropy([0.5, 0.25, 0.25], base=2),
    "gap_of_a_coin": stats.entropy([0.7, 0.3], [0.5, 0.5]),
    "message_length": sum({1: 4, 2: 3, 3: 3, 4: 3, 5: 4, 6: 1}[face] for face in likelihood.ROLLS.tolist()),
    "gap": lambda f, y: special.rel_entr(f, y).sum(),
    "softmax_of_three": special.softmax([2, 0, -1])[0],
    "slopes_of_the_sum": 20 * (FAIR - F),
    "safe_softmax": special.softmax,
    "one_step": lambda z, n, rate: z - rate * (special.softmax(z) - n / n.sum()),
    "cost_of_a_fox": metrics.log_loss(["fox"], [[0.33, 0.32, 0.35]], labels=["dog", "fox", "wolf"]),
    "cost_of_a_mail": metrics.log_loss([0], [0.7], labels=[0, 1]),
    "batch_loss": lambda t, y: special.xlogy(t, y).sum(axis=1).mean() * -1,
    "share_right": lambda y, classes: metrics.accuracy_score(classes, [row.argmax() + 1 for row in y]),
}


@pytest.mark.parametrize("name", TASKS)
def test_an_answer_found_in_another_way_is_right(name):
    verdict = check(name, ORACLES[name])
    assert verdict.kind == "right", verdict
    assert verdict.text == f"Right. {TASKS[name].why}"


@pytest.mark.parametrize("task", TASKS.values(), ids=named)
def test_the_solution_is_right(task):
    answer = task.solve if task.asked == "function" else right_value(task)
    assert check(task.name, answer).kind == "right"


def spellings(value, digits):
    """A number as readers may write it, all within the tolerance."""
    exact = np.format_float_positional(value, trim="-")
    decimals = f"{value:.{digits}f}" if digits else exact
    wide = {ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789.,-"}
    size = np.format_float_positional(abs(value) or 1.0)
    yield from (exact, decimals, decimals.replace("-", "−"), f"  {decimals} ", decimals.translate(wide))
    yield from (f"{exact}*1", f"({exact})", f"{exact}+0", f"2·{exact}/2", f"--{exact}", f"{value:.10e}")
    yield from (f"20×{value / 20:.12f}", f"{100 * value:.10f}%", f"{size}*log(exp({value}/{size}))")
    if digits:
        yield from (decimals.replace(".", ","), decimals.replace(".", ",").translate(wide))
        yield f"{math.floor(value * 10**digits) / 10**digits:.{digits}f}"  # cut off, not rounded


@pytest.mark.parametrize("task", NUMBERS, ids=named)
def test_a_right_answer_is_right_in_all_its_spellings(task):
    value = float(right_value(task))
    for text in spellings(value, task.digits):
        assert check(task.name, text).kind == "right", text
    numbers = [value, np.float64(value), np.array(value), np.float32(value)]
    if value == round(value):
        numbers += [round(value), np.int64(value), Fraction(value)]
    for answer in numbers:
        assert check(task.name, answer).kind == "right", answer


@pytest.mark.parametrize("task", NUMBERS, ids=named)
def test_a_right_number_may_be_off_by_a_unit_of_its_last_digit_and_no_more(task):
    value, unit = float(right_value(task)), 10.0 ** -(task.digits or 9)
    for off, kind in ((0.99, "right"), (-0.99, "right"), (1.1, "wrong"), (-1.1, "wrong")):
        off = off * unit if task.digits else off
        kind = kind if task.digits else "wrong"
        assert check(task.name, value + off).kind == kind, off
        assert check(task.name, f"{value + off:.12f}").kind == kind, off


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cost_of_a_roll", "-log(0.2)"),
        ("cost_of_a_roll", "ln 5"),
        ("cost_of_a_roll", "−ln(1/5)"),
        ("mean_in_bits", "36.395/20/log(2)"),
        ("mean_in_bits", "−(14·log₂(0,1)+6·log₂(0,5))/20"),
        ("three_rolls", "log(0.5*0.1*0.1)"),
        ("three_rolls", "log(0.5) + 2*log(0.1)"),
        ("times_as_probable", "exp(36.395-34.255)"),
        ("times_as_probable", "e^2.14"),
        ("softmax_of_three", "e²/(e²+1+e^-1)"),
        ("share_of_threes", "20%"),
        ("share_of_threes", "4/20"),
        ("half_the_gap", "8,000"),
        ("half_the_gap", "2,000*2²"),
        ("gap_of_a_coin", "0,7*log(0,7/0,5)+0,3*log(0,3/0,5)"),
    ],
)
def test_a_right_answer_may_be_a_calculation(name, text):
    assert check(name, text).kind == "right", check(name, text)


def test_what_was_read_is_said_unless_it_is_what_was_typed():
    assert str(check("share_of_threes", "1/5")).startswith("Read as 0.2. Right.")
    assert str(check("share_of_threes", "0,200")).startswith("Read as 0.2. Right.")
    assert str(check("half_the_gap", "8,000")).startswith("Read as 8000. Right.")
    assert str(check("share_of_threes", "1,000")).startswith("Read as 1. Not yet.")
    assert str(check("share_of_threes", "0.200")).startswith("Right.")
    assert str(check("share_of_threes", "∞")) == "Not yet. ∞ is too large."


@pytest.mark.parametrize("task", ARRAYS, ids=named)
def test_a_right_array_may_be_a_list_or_rounded(task):
    value = right_value(task)
    for answer in (value.tolist(), tuple(value), value.round(task.digits), value.astype(np.float32)):
        assert check(task.name, answer).kind == "right"


def loop_shares(rolls, faces):
    result = [0] * faces
    for face in rolls.tolist():
        result[face - 1] += 1 / len(rolls)
    return result


def loop_rows(rolls, faces):
    return [[1 if face == k + 1 else 0 for k in range(faces)] for face in rolls]


def loop_terms(t, y):
    return [0 if n == 0 else -math.inf if p == 0 else n * math.log(p) for n, p in zip(t, y)]


def loop_slopes(t, y):
    result = np.empty(len(y))
    for k in range(len(y)):
        result[k] = t[k] / y[k] - sum(t)
    return result


def loop_gap(f, y):
    total = 0
    for a, b in zip(f, y):
        if a > 0:
            total += a * math.log(a / b) if b > 0 else math.inf
    return total


def loop_mean_loss(rolls, y):
    total = 0
    for face in rolls:
        total -= np.log(y[face - 1])
    return total / len(rolls)


def loop_softmax(z):
    powers = [math.exp(score - max(z)) for score in z]
    return [power / sum(powers) for power in powers]


def loop_step(z, n, rate):
    for k, slope in enumerate(special.softmax(z) - n / sum(n)):
        z[k] -= rate * slope
    return z


def loop_batch_loss(T, Y):
    return np.mean([-sum(loop_terms(t, y)) for t, y in zip(T, Y)])


def loop_share_right(Y, classes):
    right = 0
    for y, label in zip(Y.tolist(), classes.tolist()):
        right += y.index(max(y)) == label - 1
    return right / len(Y)


# Other ways to write a function: loops, lists, other parts of NumPy, a class, an argument changed.
RIGHT_FUNCTIONS = [
    ("shares", loop_shares),
    ("shares", lambda rolls, faces: np.bincount(rolls, minlength=faces + 1)[1:] / rolls.size),
    ("shares", lambda rolls, faces: (rolls[:, None] == np.arange(faces) + 1).mean(axis=0)),
    ("shares", lambda rolls, faces: np.histogram(rolls, np.arange(faces + 1) + 0.5, density=True)[0]),
    ("rows", loop_rows),
    ("rows", lambda rolls, faces: rolls[:, None] == np.arange(1, faces + 1)),
    ("rows", lambda rolls, faces: np.eye(faces, dtype=np.int8)[np.array(rolls) - 1]),
    ("face_terms", loop_terms),
    ("face_terms", special.xlogy),
    ("face_terms", lambda t, y: np.nan_to_num(t * np.log(y), nan=0, neginf=-np.inf)),
    ("face_terms", lambda t, y: np.where(t > 0, t * np.log(np.where(t > 0, y, 1)), 0)),
    ("log_chance", lambda t, y: sum(loop_terms(t, y))),
    ("log_chance", lambda t, y: np.nansum(t * np.log(y))),
    ("log_chance", lambda t, y: np.array([special.xlogy(t, y).sum()])[0]),
    ("mean_loss", loop_mean_loss),
    ("mean_loss", lambda rolls, y: (-np.log(y))[rolls - 1].sum() / len(rolls)),
    ("mean_loss", lambda rolls, y: np.mean([-np.log(y[face - 1]) for face in rolls])),
    ("slopes", loop_slopes),
    ("slopes", lambda t, y: (t - t.sum() * y) / y),
    ("slopes", lambda t, y: t.sum() * (likelihood.frequencies(t) / y - 1)),
    ("gap", loop_gap),
    ("gap", likelihood.kl_divergence),
    ("gap", stats.entropy),
    ("gap", lambda f, y: np.nansum(f * np.log(f / y))),
    ("gap", lambda f, y: likelihood.cross_entropy(f, y) - likelihood.entropy(f)),
    ("safe_softmax", loop_softmax),
    ("safe_softmax", likelihood.softmax),
    ("safe_softmax", lambda z: np.exp(z - special.logsumexp(z))),
    ("one_step", loop_step),
    ("one_step", lambda z, n, rate: z + rate * (n / n.sum() - likelihood.softmax(z))),
    ("batch_loss", loop_batch_loss),
    ("batch_loss", lambda T, Y: likelihood.cross_entropy(T, Y).mean()),
    ("batch_loss", lambda T, Y: -np.log((T * Y).sum(axis=1)).mean()),
    ("batch_loss", lambda T, Y: -np.log(Y[np.arange(len(Y)), T.argmax(axis=1)]).sum() / len(Y)),
    ("share_right", loop_share_right),
    ("share_right", lambda Y, classes: np.sum(np.argmax(Y, -1) == classes - 1) / len(classes)),
    ("share_right", lambda Y, classes: np.count_nonzero(Y.argmax(1) + 1 == classes) / classes.size),
]


@pytest.mark.parametrize(("name", "function"), RIGHT_FUNCTIONS)
def test_a_right_function_may_be_written_in_another_way(name, function):
    verdict = check(name, function)
    assert verdict.kind == "right", verdict


def test_every_function_is_written_in_another_way_at_least_twice():
    written = [name for name, _ in RIGHT_FUNCTIONS]
    assert [task.name for task in FUNCTIONS if written.count(task.name) < 2] == []


# Mistakes


@pytest.mark.parametrize("task", TASKS.values(), ids=named)
def test_no_mistake_is_right_and_no_two_are_the_same(task):
    right = [exercises.outcome(task.solve, given) for given in task.tests]
    seen = []
    for reason, mistake in task.mistakes:
        wrong = [exercises.outcome(mistake(task.solve), given) for given in task.tests]
        # Three times the tolerance: what is near enough to one of them is not near the other.
        digits = task.digits and task.digits - math.log10(3)
        assert not all(exercises.agree(a, b, digits) for a, b in zip(right, wrong)), reason
        for other, before in seen:
            same = all(exercises.agree(a, b, digits) for a, b in zip(before, wrong))
            assert other == reason or not same, (other, reason)
        seen.append((reason, wrong))


@pytest.mark.parametrize(("task", "reason", "mistake"), MISTAKES, ids=named)
def test_every_mistake_is_named(task, reason, mistake):
    if task.asked == "function":
        answers = [mistake(task.solve)]
    else:
        value = exercises.outcome(mistake(task.solve), task.tests[0])
        answers = [value, value.tolist()]
        if task.asked == "number" and np.isfinite(value):
            answers += spellings(float(value), task.digits)
    for answer in answers:
        verdict = check(task.name, answer)
        assert verdict.kind == "wrong", answer
        assert reason in verdict.text, answer


def test_every_usual_mistake_is_made_somewhere():
    made = {reason for _, reason, _ in MISTAKES}
    assert [reason for reason in USUAL if reason not in made] == []
    for kind, least in (("number", 12), ("array", 4), ("function", 14)):
        usual = {reason for task, reason, _ in MISTAKES if task.asked == kind} & set(USUAL)
        assert len(usual) >= least, kind


def one_by_one(t, y):
    """Σ t log y in a loop that knows nothing of 0 · log 0."""
    total = 0.0
    for k in range(len(t)):
        total += t[k] * np.log(y[k])
    return total


def negative_in_place(t, y):
    y *= -1
    return np.sum(y)


# What readers write, by hand and without a look at the list: the answer, and the mistake in it.
WRITTEN = [
    ("share_of_threes", "4", words.COUNTS_FOR_FREQUENCIES),
    ("share_of_threes", F[3], words.OFF_BY_ONE),
    ("load_a_die", [1, 1, 1, 1, 3, 1], words.NOT_NORMALISED),
    ("load_a_die", np.array([1, 1, 1, 1, 3, 1]) / 6, words.NOT_NORMALISED),
    ("load_a_die", [1 / 8, 1 / 8, 1 / 8, 1 / 8, 1 / 8, 3 / 8], words.OFF_BY_ONE),
    ("shares", lambda rolls, faces: likelihood.counts(rolls, faces), words.COUNTS_FOR_FREQUENCIES),
    ("shares", lambda rolls, faces: np.bincount(rolls) / len(rolls), words.OFF_BY_ONE),
    (
        "shares",
        lambda rolls, faces: np.bincount(rolls, minlength=faces)[:faces] / len(rolls),
        words.OFF_BY_ONE,
    ),
    ("shares", lambda rolls, faces: [np.mean(rolls == k) for k in range(faces)], words.OFF_BY_ONE),
    ("row_of_a_four", np.eye(6)[4], words.OFF_BY_ONE),
    ("sum_for_a_five", "-log(0.05)", words.MINUS_TOO_MANY),
    ("sum_for_a_five", "log2(0.05)", words.BASE_2),
    ("sum_for_a_five", "log10(0.05)", words.BASE_10),
    ("sum_for_a_five", "log(0.23)", words.OFF_BY_ONE),
    ("rows", lambda rolls, faces: likelihood.one_hot(rolls, faces).T, words.TRANSPOSED),
    ("rows", lambda rolls, faces: (np.arange(1, faces + 1)[:, None] == rolls) * 1, words.TRANSPOSED),
    ("rows", lambda rolls, faces: np.eye(faces)[rolls], words.OFF_BY_ONE),
    ("rows", lambda rolls, faces: rolls[:, None] == np.arange(faces), words.OFF_BY_ONE),
    ("face_terms", lambda t, y: t * np.log(y), words.ZERO_LOG_ZERO),
    ("face_terms", lambda t, y: likelihood.log_terms(t, y) / np.log(2), words.BASE_2),
    ("face_terms", lambda t, y: t * np.log(y + 1e-7), words.EPSILON),
    ("face_terms", lambda t, y: t * np.log(np.maximum(y, 1e-12)), words.EPSILON),
    ("face_terms", lambda t, y: y * np.log(t), words.EXCHANGED),
    ("three_rolls", "log(0.5+0.1+0.1)", words.LOG_OF_SUM),
    ("three_rolls", "-1.766", words.MEAN_FOR_SUM),
    ("three_rolls", "5,298", words.MINUS_TOO_MANY),
    ("coin_underflows", "1074", "not 0 yet"),
    ("orders_of_a_coin", math.factorial(10), "tells equal faces apart"),
    ("log_chance", one_by_one, words.ZERO_LOG_ZERO),
    ("log_chance", lambda t, y: -one_by_one(t, y), words.MINUS_TOO_MANY),
    ("log_chance", lambda t, y: one_by_one(t, y) / np.log(10), words.BASE_10),
    ("log_chance", lambda t, y: np.log(t @ y), words.LOG_OF_SUM),
    ("log_chance", lambda t, y: one_by_one(t, y) / t.sum(), words.MEAN_FOR_SUM),
    ("log_chance", lambda t, y: np.log(likelihood.likelihood(t, y)), "underflows"),
    ("log_chance", lambda t, y: (y * np.log(t)).sum(), words.EXCHANGED),
    ("cost_of_a_roll", "log(0.2)", words.MINUS),
    ("cost_of_a_roll", "-log2(0.2)", words.BASE_2),
    ("cost_of_a_roll", "0.699", words.BASE_10),
    ("mean_in_bits", 36.395 / 20, words.NATS_FOR_BITS),
    ("mean_in_bits", "36.395/log(2)", words.SUM_FOR_MEAN),
    ("mean_in_bits", "-2.6", words.MINUS),
    ("times_as_probable", "exp((36.395-34.255)/20)", words.MEAN_FOR_SUM),
    ("times_as_probable", "2^2.140", words.BASE_2_POWER),
    ("mean_loss", lambda rolls, y: np.log(y[rolls - 1]).mean(), words.MINUS),
    ("mean_loss", lambda rolls, y: -np.log(y[rolls - 1]).sum(), words.SUM_FOR_MEAN),
    ("mean_loss", lambda rolls, y: -np.log2(y[rolls - 1]).mean(), words.BASE_2),
    ("mean_loss", lambda rolls, y: -np.log10(y[rolls - 1]).mean(), words.BASE_10),
    ("mean_loss", lambda rolls, y: -np.log(y[rolls]).mean(), words.OFF_BY_ONE),
    ("mean_loss", lambda rolls, y: -np.log(y[rolls - 2]).mean(), words.OFF_BY_ONE),
    ("mean_loss", lambda rolls, y: -np.log(y[rolls - 1].mean()), words.LOG_OF_SUM),
    ("mean_loss", lambda rolls, y: -np.log(y[rolls - 1] + 1e-10).mean(), words.EPSILON),
    ("best_coin", 3, words.COUNTS_FOR_FREQUENCIES),
    ("slope_towards_three", "4/20", words.MEAN_FOR_SUM),
    ("slope_towards_three", "24", "rises alone"),
    ("best_without_sixes", np.array([2, 3, 4, 3, 2, 0]) / 20, words.NOT_NORMALISED),
    ("best_without_sixes", [2, 3, 4, 3, 2, 0], words.COUNTS_FOR_FREQUENCIES),
    ("slopes", lambda t, y: t / y, "rise alone"),
    ("slopes", lambda t, y: t.sum() - t / y, words.MINUS_TOO_MANY),
    ("slopes", lambda t, y: likelihood.frequencies(t) / y - 1, words.MEAN_FOR_SUM),
    ("entropy_in_bits", stats.entropy([0.5, 0.25, 0.25]), words.NATS_FOR_BITS),
    ("gap_of_a_coin", stats.entropy([0.5, 0.5], [0.7, 0.3]), words.EXCHANGED),
    ("gap_of_a_coin", "7*log(1.4)+3*log(0.6)", words.SUM_FOR_MEAN),
    ("gap_of_a_coin", "-0.0823", words.MINUS),
    ("gap_of_a_coin", "0,7*log2(1,4)+0,3*log2(0,6)", words.BASE_2),
    ("message_length", "2.6", words.MEAN_FOR_SUM),
    ("gap", lambda f, y: special.rel_entr(y, f).sum(), words.EXCHANGED),
    ("gap", lambda f, y: np.sum(f * (np.log(f) - np.log(y))), words.ZERO_LOG_ZERO),
    ("gap", lambda f, y: stats.entropy(f, y, base=2), words.BASE_2),
    ("gap", lambda f, y: np.sum(f * np.log(y / f)), words.MINUS),
    ("softmax_of_three", "e^2", words.NOT_NORMALISED),
    ("softmax_of_three", "4/(4+1+1/2)", words.BASE_2_POWER),
    ("slopes_of_the_sum", T - 20 / 6, words.MINUS_TOO_MANY),
    ("slopes_of_the_sum", 1 / 6 - F, words.MEAN_FOR_SUM),
    ("safe_softmax", lambda z: np.exp(z) / np.exp(z).sum(), "overflows"),
    ("safe_softmax", lambda z: np.exp(z - max(z)), words.NOT_NORMALISED),
    (
        "safe_softmax",
        lambda z: np.exp(z - np.mean(z)) / np.sum(np.exp(z - np.mean(z))),
        "It has to be the largest",
    ),
    ("one_step", lambda z, n, rate: z + rate * (special.softmax(z) - n / n.sum()), "walks up"),
    ("one_step", lambda z, n, rate: z - rate * (n.sum() * special.softmax(z) - n), words.SUM_FOR_MEAN),
    ("one_step", lambda z, n, rate: z - rate * (special.softmax(z) - n), words.COUNTS_FOR_FREQUENCIES),
    ("cost_of_a_fox", "-log(0.35)", words.OFF_BY_ONE),
    ("cost_of_a_fox", "log(0.32)", words.MINUS),
    ("cost_of_a_mail", "-log(0.7)", "if it were spam"),
    ("batch_loss", lambda t, y: -(t * np.log(y)).sum(axis=1).mean(), words.ZERO_LOG_ZERO),
    ("batch_loss", lambda t, y: -special.xlogy(t, y).sum(axis=0).mean(), words.TRANSPOSED),
    ("batch_loss", lambda t, y: -special.xlogy(t, y).mean(), "all N · K entries"),
    ("batch_loss", lambda t, y: -special.xlogy(t, y).sum(), words.SUM_FOR_MEAN),
    ("share_right", lambda y, classes: np.mean(y.argmax(axis=1) == classes), words.OFF_BY_ONE),
    ("share_right", lambda y, classes: np.sum(y.argmax(axis=1) + 1 == classes), "how many are right"),
    ("share_right", lambda y, classes: np.mean(y.argmax(axis=0) + 1 == classes), words.TRANSPOSED),
]


@pytest.mark.parametrize(("name", "answer", "reason"), WRITTEN, ids=named)
def test_a_mistake_written_by_hand_is_named(name, answer, reason):
    verdict = check(name, answer)
    assert verdict.kind == "wrong"
    assert reason in verdict.text


def test_of_two_mistakes_the_first_is_named_and_then_the_other():
    assert words.MINUS_TOO_MANY in check("log_chance", lambda t, y: -np.sum(t * np.log(y))).text
    assert words.ZERO_LOG_ZERO in check("log_chance", lambda t, y: np.sum(t * np.log(y))).text
    assert words.BASE_2 in check("gap", lambda f, y: np.sum(f * np.log2(f / y))).text


# Other wrong answers


@pytest.mark.parametrize("task", NUMBERS, ids=named)
def test_another_number_is_too_large_or_too_small_and_the_right_one_is_not_said(task):
    right = float(right_value(task))
    hand, told = random.Random(3), 0
    for _ in range(200):
        wrong = float(f"{right * hand.uniform(-3, 3) + hand.uniform(-5, 5):.2f}")
        verdict = check(task.name, wrong)
        if abs(wrong - right) <= 10.0 ** -(task.digits or 9):
            assert verdict.kind == "right"
            continue
        assert verdict.kind == "wrong"
        if verdict.text in [f"Not yet. {exercises.show(wrong)} is too {way}." for way in ("large", "small")]:
            assert ("large" in verdict.text) == (wrong > right)
            told += 1
        elif "close" in verdict.text:
            assert abs(wrong - right) < 0.2
        numbers = re.findall(r"−?\d+\.?\d*", verdict.text.replace(exercises.show(wrong), ""))
        assert exercises.show(right) not in numbers, verdict
    assert told > 150


def test_fewer_decimals_are_told_from_wrong_ones():
    for text in ("2.6", "2.63"):
        fewer = f"Not yet. {text} is right so far: 3 decimals are asked."
        assert str(check("mean_in_bits", text)) == fewer
    close = "Not yet. 2.62 is close. Was something rounded on the way?"
    assert str(check("mean_in_bits", "2.62")) == close
    assert str(check("mean_in_bits", "2.5")) == "Not yet. 2.5 is too small."
    assert words.MINUS in str(check("mean_in_bits", "-2.6"))


def test_a_wrong_array_is_told_by_its_shape_or_its_first_wrong_entry():
    assert str(check("load_a_die", np.ones((2, 3)))) == "Not yet. Its shape is (2, 3), and (6,) is asked."
    verdict = check("load_a_die", [0.125, 0.2, 0.125, 0.125, 0.3, 0.125])
    assert str(verdict) == "Not yet. 4 of 6 entries are right. Entry 2: 0.2 is too large."
    assert "NaN is no number" in str(check("load_a_die", [np.nan] * 6))
    assert "NaN is no number" in str(check("share_of_threes", np.nan))


def test_a_wrong_function_is_told_by_the_arguments_where_it_first_is_wrong():
    verdict = check("mean_loss", lambda rolls, y: 3)
    assert str(verdict) == "Not yet. For rolls = [1, 2, 2], y = [0.7, 0.3]: 3 is too large."
    verdict = check("rows", lambda rolls, faces: rolls)
    expected = "For rolls = [1, 2, 2], faces = 2: [1, 2, 2]. Its shape is (3,), and (3, 2) is asked."
    assert expected in str(verdict)
    verdict = check("mean_loss", lambda rolls, y: np.ones(3))
    assert "Its shape is (3,), and a single number is asked." in str(verdict)
    verdict = check("mean_loss", lambda rolls, y: "much")
    assert str(verdict).endswith("y = [0.7, 0.3]: 'much' cannot be read as an array of numbers.")
    verdict = check("gap", lambda f, y: None if 0 in f else special.rel_entr(f, y).sum())
    assert "f = [0.5, 0.5, 0], y = [0.2, 0.3, 0.5]: None cannot be read" in str(verdict)


def test_what_a_function_raises_is_said_in_its_own_words():
    verdict = check("mean_loss", lambda rolls, y: 1 / 0)
    assert str(verdict) == (
        "Not yet. For rolls = [1, 2, 2], y = [0.7, 0.3]: ZeroDivisionError: division by zero."
    )
    assert "takes 1 positional argument but 2 were given" in str(check("mean_loss", lambda rolls: 3))
    verdict = check("mean_loss", lambda rolls, y: likelihood.frequencies([0, 0]))
    assert "ValueError: " in str(verdict)
    verdict = check("rows", lambda rolls, faces: np.eye(faces)[rolls])
    assert "IndexError: index 2 is out of bounds" in str(verdict)
    assert words.OFF_BY_ONE in str(verdict)
    with pytest.raises(KeyboardInterrupt):  # the reader's own stop button is none of our business
        check("mean_loss", interrupted)


def interrupted(rolls, y):
    raise KeyboardInterrupt


def test_a_function_that_changes_its_arguments_spoils_nothing():
    before = [given[1].copy() for given in TASKS["log_chance"].tests]
    check("log_chance", negative_in_place)
    for given, y in zip(TASKS["log_chance"].tests, before):
        assert np.array_equal(given[1], y)
    assert check("log_chance", likelihood.log_likelihood).kind == "right"


@pytest.mark.parametrize("name", TASKS)
def test_no_answer_yet(name):
    for answer in (..., None, lambda *given: ..., lambda *given: None, ""):
        if TASKS[name].asked == "function" or not callable(answer):
            if answer != "" or TASKS[name].asked != "function":
                assert check(name, answer) == exercises.Verdict("open", "Not yet answered.")


@pytest.mark.parametrize(
    ("name", "answer", "line"),
    [
        ("share_of_threes", {}, "{} cannot be read as a number."),
        ("share_of_threes", "abc", "“abc” cannot be read."),
        ("share_of_threes", "1/0", "Nothing can be divided by 0."),
        ("share_of_threes", 2j, "2j cannot be read as a number."),
        ("share_of_threes", 10**400, "1000000000"),
        ("share_of_threes", len, "<built-in function len> cannot be read as a number."),
        ("share_of_threes", [0.2, 0.2], "Its shape is (2,), and a single number is asked."),
        ("load_a_die", "0.5", "Its shape is (), and (6,) is asked."),
        ("load_a_die", [[1], [1, 2]], "[[1], [1, 2]] cannot be read as an array of numbers."),
        ("load_a_die", ["a"] * 6, "cannot be read as an array of numbers."),
        ("load_a_die", np.ones(6) * 1j, "cannot be read as an array of numbers."),
        ("shares", [0.2, 0.8], "[0.2, 0.8] is no function"),
        ("shares", "shares", "'shares' is no function"),
    ],
    ids=named,
)
def test_what_is_no_answer_is_refused_in_one_line(name, answer, line):
    verdict = check(name, answer)
    assert line in verdict.text
    assert verdict.text.isprintable()
    assert len(verdict.text) < 250


def test_what_has_no_text_is_refused_by_its_type():
    assert str(check("share_of_threes", 10**9999)) == "int cannot be read as a number."


def test_an_unknown_exercise_is_named_with_those_there_are():
    with pytest.raises(
        ValueError, match="there is no exercise 'gaps': the exercises are share_of_threes, load"
    ):
        check("gaps", 1)
    with pytest.raises(ValueError, match="there is no exercise 'gaps'"):
        Exercise("gaps")


class Unruly:
    """What is no number, and says so in its own way."""

    def __float__(self):
        raise RuntimeError("call detach() first")


@pytest.mark.parametrize("task", TASKS.values(), ids=named)
def test_whatever_a_cell_hands_over_ends_in_a_verdict(task):
    ragged, recursive = [[1], [1, 2]], []
    recursive.append(recursive)
    things = [object(), int, np, {1}, {1: 2}, b"1", iter([1]), ragged, recursive, [...] * 6, [None] * 6, []]
    things += [
        Unruly(),
        [Unruly()],
        1j,
        [1j],
        True,
        "",
        "1",
        ["a"],
        np.array(["a"]),
        np.array([None, 1], object),
    ]
    things += [
        np.ones((300, 300)),
        np.ones(0),
        np.full(6, np.nan),
        np.ma.masked,
        np.datetime64("2020"),
        10**400,
    ]
    for thing in things:
        answers = [thing] if task.asked != "function" else [thing, lambda *given, thing=thing: thing]
        for answer in answers:
            verdict = check(task.name, answer)
            assert verdict.kind in ("open", "wrong"), (answer, verdict)
            assert verdict.text.isprintable()
            assert 5 < len(verdict.text) < 700


def typed_answers(seed, n):
    """n typed answers, each to an exercise: any arithmetic, garbage, right answers and those damaged.

    With its value where it is known.
    """
    hand = random.Random(seed)
    for i, (text, value) in enumerate(test_arithmetic.answers(seed, n // 2)):
        yield NUMBERS[i % len(NUMBERS)], text, value
    for i in range(n - n // 2):
        task = NUMBERS[i % len(NUMBERS)]
        right = float(right_value(task))
        text = hand.choice(list(spellings(right, task.digits)))
        if i % 4:
            yield task, test_arithmetic.damaged(hand, text), None
        else:
            yield task, text, right


def test_fifteen_thousand_typed_answers_end_in_one_line():
    seen, kinds = set(), {"right": 0, "wrong": 0, "open": 0}
    known = 0
    for task, text, value in typed_answers(seed=6, n=15_000):
        verdict = check(task.name, text)
        kinds[verdict.kind] += 1
        seen.add(text)
        assert verdict.text.isprintable(), ascii(text)
        assert 5 < len(verdict.text) < 300, ascii(text)
        # Where a whole number is asked, 12,345 is another number.
        if value is not None and verdict.kind != "open" and (task.digits or "," not in text):
            right = float(right_value(task))
            near = abs(float(value) - right) <= (10.0**-task.digits if task.digits else 1e-6)
            assert (verdict.kind == "right") == near, (task.name, text, verdict)
            known += 1
    assert len(seen) > 10_000
    assert known > 2500
    assert min(kinds.values()) > 2000, kinds


# On the page


def html(exercise):
    return exercise._said.value


def test_an_answer_is_typed_and_judged():
    exercise = Exercise("share_of_threes")
    assert exercise.verdict is None
    exercise.field.value = "4"
    assert words.COUNTS_FOR_FREQUENCIES in exercise.verdict.text
    assert words.COUNTS_FOR_FREQUENCIES in html(exercise)
    exercise.field.value = "0,2"
    assert exercise.verdict.kind == "right"
    assert exercise._said.layout.display == ""


def test_nonsense_leaves_the_field_as_it_was():
    exercise = Exercise("share_of_threes")
    for text in ("abc", "1/0", "10**10**10", "(" * 50, "9" * 300, "<script>alert(1)</script>"):
        exercise.field.value = text
        assert exercise.verdict.kind == "open"
        assert exercise.field.value == text
        assert "<script" not in html(exercise)


def test_two_thousand_typed_answers_stay_in_the_field():
    page = {task.name: Exercise(task.name) for task in NUMBERS}
    for task, text, _ in typed_answers(seed=7, n=2000):
        exercise = page[task.name]
        exercise.field.value = text
        exercise.check.click()
        assert exercise.field.value == text
        assert exercise.verdict == check(task.name, text)
        assert bool(html(exercise)) == (exercise._said.layout.display == "")
        assert re.sub("</?(div|code)( [^<>]*)?>", "", html(exercise)).count("<") == 0


def test_an_empty_field_is_no_answer_and_no_mistake():
    exercise = Exercise("share_of_threes")
    exercise.check.click()
    assert exercise.verdict.text == "Not yet answered."
    exercise.field.value = "4"
    exercise.field.value = " "
    assert exercise.verdict is None
    assert html(exercise) == ""
    assert exercise._said.layout.display == "none"


def test_check_judges_again():
    exercise = Exercise("share_of_threes")
    exercise.field.value = "0.2"
    exercise.check.click()
    assert exercise.verdict.kind == "right"


def test_hint_and_solution_come_on_demand_and_go_again():
    exercise = Exercise("mean_in_bits")
    assert exercise._hint.value == exercise._solution.value == ""
    exercise.hint.click()
    exercise.solution.click()
    assert exercise.task.hint in exercise._hint.value
    assert "return -np.sum(t * np.log2(y)) / t.sum()" in exercise._solution.value
    assert "gives 2.62535" in exercise._solution.value
    assert exercise.task.why in exercise._solution.value
    assert (exercise.hint.description, exercise.solution.description) == ("Hide hint", "Hide solution")
    exercise.hint.click()
    exercise.solution.click()
    assert exercise._hint.value == exercise._solution.value == ""
    assert (exercise.hint.description, exercise.solution.description) == ("Hint", "Show solution")


@pytest.mark.parametrize("task", TASKS.values(), ids=named)
def test_the_solution_shown_is_the_source_of_what_is_compared(task):
    exercise = Exercise(task.name)
    exercise.solution.click()
    shown = re.search("<pre>(.*)</pre>", exercise._solution.value, re.DOTALL)[1]
    source = inspect.getsource(task.solve)
    assert shown.replace("&#x27;", "'").replace("&gt;", ">") == source[source.index("\ndef ") + 1 :].strip()
    assert shown.startswith(f"def {task.name}(")


@pytest.mark.parametrize("name", TASKS)
def test_only_a_number_has_a_field(name):
    exercise = Exercise(name)
    row = exercise.children[1].children
    number = exercise.task.asked == "number"
    assert (exercise.field in row) == (exercise.check in row) == number
    assert exercise.field.tooltip == f"answer to exercise {exercise.task.chapter}.{exercise.task.number}"
    assert (words.IN_A_CELL in exercise.children[0].value) == (not number)


def test_without_a_kernel_there_is_the_question():
    exercise = Exercise("mean_in_bits")
    bundle = exercise._repr_mimebundle_()
    text = " ".join(bundle["text/plain"].split())
    assert text == f"Exercise 4.2. {exercise.task.question}"
    assert bundle["text/markdown"] == f"**Exercise 4.2** {exercise.task.question}"
    assert stored.WIDGET_VIEW in bundle


def test_a_verdict_is_text_and_html():
    verdict = check("share_of_threes", "<b>")
    assert repr(verdict) == verdict.text
    assert "“&lt;” cannot be read" in verdict._repr_html_()


@pytest.mark.parametrize("task", TASKS.values(), ids=named)
def test_the_words_keep_to_the_style(task):
    own = [reason for reason, _ in task.mistakes]
    for text in (task.question, task.hint, task.why, *own):
        assert text[-1] in ".?"
        assert not re.findall(r"(?<!\d)!|\b(?:simply|obviously|just|clearly|trivial\w*)\b|  ", text)
        assert len(text) < 220
    if task.asked == "function":
        assert f"`{task.name}({', '.join(inspect.signature(task.solve).parameters)})`" in task.question


# In the chapters


CHAPTERS = stored.chapters()
STUB = "    return ...  # your code here\n"


def tasks_of(path):
    return [task for task in TASKS.values() if task.chapter == int(path.stem[:2])]


def section(path):
    """The cells of a chapter before its exercises, and those of the exercises."""
    cells = stored.read(path).cells
    (start,) = [i for i, cell in enumerate(cells) if re.match(r"## \d\.\d+ Exercises\n", cell.source)]
    (end,) = [i for i, cell in enumerate(cells) if cell.source.startswith("## In this chapter")]
    assert start < end == len(cells) - 1
    return cells[:start], cells[start:end]


def answer_cell(task):
    """The cell below an array's or a function's exercise, as it stands in the chapter."""
    if task.asked == "array":
        return f'answer = ...  # your array here\n\ncheck("{task.name}", answer)'
    parameters = ", ".join(inspect.signature(task.solve).parameters)
    return f'def {task.name}({parameters}):\n{STUB}\n\ncheck("{task.name}", {task.name})'


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_chapter_has_its_exercises_in_order_in_its_last_section(path):
    before, cells = section(path)
    sections = re.findall(
        r"^## (\d\.\d) ", "\n".join(cell.source for cell in [*before, *cells]), re.MULTILINE
    )
    assert sections == [f"{int(path.stem[:2])}.{i + 1}" for i in range(len(sections))]
    expected = ["from loaded_die.exercises import Exercise, check\n"]
    for task in tasks_of(path):
        expected.append(f'Exercise("{task.name}")')
        if task.asked != "number":
            expected.append(answer_cell(task))
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    assert code == ["\n".join(expected[:2]), *expected[2:]]
    assert 3 <= len(tasks_of(path)) <= 5
    kinds = [cell.cell_type for cell in cells]
    for i, cell in enumerate(cells):
        if "Exercise(" in cell.source:
            assert kinds[i - 1] == "markdown", cell.source


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_an_answer_takes_no_name_that_the_chapter_uses(path):
    code = "\n".join(cell.source for cell in section(path)[0] if cell.cell_type == "code")
    used = {getattr(node, "id", getattr(node, "name", None)) for node in ast.walk(ast.parse(code))}
    assert len(used) > 10
    assert used & {"answer", *[task.name for task in tasks_of(path)]} == set()


def test_a_section_that_an_exercise_speaks_of_is_there():
    headings = "\n".join(cell.source for path in CHAPTERS for cell in stored.read(path).cells)
    spoken = [text for task in TASKS.values() for text in (task.question, task.hint, task.why)]
    spoken += [cell.source for path in CHAPTERS for cell in section(path)[1]]
    numbers = re.findall(r"[Ss]ection (\d\.\d)", "\n".join(spoken))
    assert len(numbers) > 10
    for number in numbers:
        assert f"\n## {number} " in headings, number


def test_every_solution_in_the_place_of_its_three_dots_is_right():
    cells = []
    for path in CHAPTERS:
        before, unsolved = section(path)
        imports = re.findall(r"^(?:import|from) .*", "\n".join(cell.source for cell in before), re.MULTILINE)
        cells += [nbformat.v4.new_code_cell("\n".join(imports))]
        for task in tasks_of(path):
            source = inspect.getsource(task.solve)
            body = source[source.index("\ndef ") :].split(":\n", 1)[1]
            if task.asked == "array":
                source = answer_cell(task).replace("...", repr(right_value(task).tolist()))
            if task.asked == "function":
                source = answer_cell(task).replace(STUB, body)
            if task.asked != "number":
                assert answer_cell(task) in [cell.source for cell in unsolved]
                given = "from loaded_die.exercises import check\n"
                cells.append(nbformat.v4.new_code_cell(given + source, metadata={"task": task.name}))
    solved = stored.run(nbformat.v4.new_notebook(cells=cells)).cells
    for cell in solved:
        if "task" in cell.metadata:
            (output,) = cell.outputs
            assert output.data["text/plain"] == f"Right. {TASKS[cell.metadata.task].why}"


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_is_stored_unsolved(path):
    outputs = [output for cell in stored.read(path).cells for output in cell.get("outputs", [])]
    texts = [output.data["text/plain"] for output in outputs if "data" in output]
    tasks = tasks_of(path)
    said = [text for text in texts if text == words.UNANSWERED]
    assert len(said) == sum(task.asked != "number" for task in tasks)
    for task in tasks:
        assert Exercise(task.name)._repr_mimebundle_()["text/plain"] in texts


@pytest.mark.parametrize("task", TASKS.values(), ids=named)
def test_a_solution_uses_no_name_that_its_chapter_has_not_met(task):
    (path,) = [path for path in CHAPTERS if path.stem.startswith(f"{task.chapter:02}")]
    code = "\n".join(cell.source for cell in stored.read(path).cells if cell.cell_type == "code")
    used = set(task.solve.__code__.co_names) & set(task.solve.__globals__)
    for name in used:
        assert re.search(rf"^(?:import|from) .*\b{name}\b", code, re.MULTILINE), name
