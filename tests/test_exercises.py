"""The exercises: the notebooks' solutions, every mistake by its own words, two at once, and nonsense."""

import re
from itertools import pairwise

import numpy as np
import pytest
import stored
from exercises import EXERCISES, HIDDEN, NAN, UNDERFLOW, check
from exercises.usual import BASE, CHOICE, LOG, MEAN, OFF_BY_ONE, SIGN
from loaded_die import likelihood
from scipy import optimize, special

SHAPE = re.compile(
    r"\*\*Exercise (\d\.\d)\.\*\* .+\n\n<details><summary>Hint</summary>\n\n.+\n\n</details>\n\n"
    r"<details><summary>Solution</summary>\n\n```python\n([^`]+)\n```\n\n(.+)\n\n</details>\Z"
)
FOUND = {}  # in the notebooks, by name: the place, and what SHAPE finds in the question
for path in stored.chapters():
    asked = [pair for pair in pairwise(stored.read(path).cells) if "**Exercise" in pair[0].source]
    for place, (text, cell) in enumerate(asked, start=1):
        name = re.search(r'^check\("(\w+)", ', cell.source, re.MULTILINE)[1]
        FOUND[name] = f"{path.stem[1]}.{place}", *SHAPE.search(text.source).groups()


def answer_to(name, way):
    """What a reader hands over who does it this way: a function, or its value."""
    with np.errstate(all="ignore"):
        return way if EXERCISES[name].kind == "function" else way(*EXERCISES[name].cases[0])


@pytest.mark.parametrize("name", EXERCISES)
def test_the_notebook_has_question_and_solution_and_the_solution_is_right(name):
    place, number, code, why = FOUND[name]
    assert (number, why, len(FOUND)) == (place, EXERCISES[name].solve.__doc__, 36)
    before, _, last = code.rpartition("\n")
    function, room = EXERCISES[name].kind == "function", vars(likelihood) | {"np": np}
    exec(code if function else before, room)
    assert check(name, room[name] if function else eval(last, room)) == f"Right. {why}"
    assert check(name, answer_to(name, lambda *_: ...)) == "Not yet answered."


# Where the exercise and the notebook go the same way: found in another, by SciPy, counting, differences.
ORACLES = {
    "face_terms": lambda t, y: special.xlogy(t, y, out=y),  # into the argument's own place
    "mean_loss": lambda rolls, y: np.mean([special.xlogy(-1, y[face - 1]) for face in rolls if face > 0]),
    "log_mean": lambda log_L: special.logsumexp(log_L, b=1 / len(log_L)),
    "step_at": lambda z, n, rate, tau: (
        z - rate * optimize.approx_fprime(z, lambda z: -special.log_softmax(z / tau) @ n / n.sum())
    ),
    "batch_loss": lambda T, Y: -special.xlogy(T, Y).sum(axis=1).mean(),
    "top_share": lambda Y, classes, k: np.mean([sum(y > y[c - 1]) < k for y, c in zip(Y, classes)]),
}


@pytest.mark.parametrize("name", ORACLES)
def test_another_way_is_right(name):
    assert check(name, ORACLES[name]).startswith("Right.")


@pytest.mark.parametrize("name", EXERCISES)
def test_every_mistake_is_named_with_its_own_words(name):
    own = [pair for pair in EXERCISES[name].solve.mistakes[:-21] if pair[0] != CHOICE]  # before those of all
    assert len({said for said, _ in own} - {LOG, MEAN, OFF_BY_ONE, SIGN}) <= 2
    for said, way in own:
        assert check(name, answer_to(name, way)) == f"Not yet. {said}"


@pytest.mark.parametrize("name", ["mean_in_bits", "three_rolls", "log_chance", "batch_loss"])
def test_the_mistakes_that_all_share_are_named_and_two_at_once(name):
    for said, way in EXERCISES[name].solve.mistakes[-21:]:
        assert check(name, answer_to(name, way)) == f"Not yet. {said}"


def test_every_explanation_but_the_right_one_is_turned_down():
    rights = []
    for name in (name for name, task in EXERCISES.items() if task.kind == "choice"):
        told = [check(name, number) for number in (1, 2, 3, 4)]
        assert not any("is too" in verdict for verdict in told)
        rights += [number for number, verdict in enumerate(told) if verdict.startswith("Right.")]
    assert (len(rights), len({*rights})) == (6, 4)  # no number is the one to guess


FOR = "For rolls = [1, 2, -100, 2], y = [0.7, 0.3]:"
NONE = "is no number or array. Was a return forgotten, or is it in quotation marks?"
VERDICTS = [
    ("mean_in_bits", 36.4, f"{BASE} {MEAN}"),
    ("face_terms", lambda t, y: -t * np.log(y + 1e-9), f"{SIGN} {HIDDEN}"),
    ("face_terms", lambda t, y: np.log(y**t), UNDERFLOW),
    ("batch_loss", lambda T, Y: -np.log(np.prod(Y[T == 1])) / len(T), UNDERFLOW),
    ("log_mean", lambda log_L: np.log(np.mean(np.exp(log_L))), UNDERFLOW),
    ("log_chance", lambda t, y: np.sum(t * np.log(y)), f"For t = [3, 1, 0], y = [0.2, 0.8, 0]: {NAN}"),
    ("face_terms", lambda t, y: t * np.log2(y), f"{BASE} {NAN}"),
    ("mean_loss", lambda rolls, y: np.inf, f"{FOR} inf is too large."),
    ("mean_in_bits", 2.62, "2.62 is close. Was something rounded on the way?"),
    ("mean_in_bits", "2.62", f"'2.62' {NONE}"),
    ("mean_in_bits", abs, "A value is asked for, not a function."),
    ("mean_in_bits", [2, 3], "[2, 3] is an array of shape (2,), and a number is asked for."),
    ("load_a_die", [0.125, 9, 0, 0, 0, 0], "[0.125, 9, 0, 0, 0, 0], entry 2: 9 is too large."),
    ("mean_loss", 3, "A function is asked for: give the name of yours, without brackets."),
    ("mean_loss", lambda rolls, y: 1 / 0, f"{FOR} ZeroDivisionError: division by zero."),
    ("mean_loss", lambda *_: None, f"{FOR} None {NONE}"),
]
for log in (  # ways to keep off log 0
    lambda y: np.log(np.clip(y, 1e-7, 1 - 1e-7)),
    lambda y: np.log(y + np.finfo(float).eps),
    lambda y: np.maximum(np.log(y), -100),
):
    VERDICTS += [
        ("face_terms", lambda t, y, log=log: t * log(y), HIDDEN),
        ("mean_loss", lambda rolls, y, log=log: -np.mean(log(y)[rolls[rolls > 0] - 1]), HIDDEN),
        ("gap", lambda f, y, log=log: special.xlogy(f, f).sum() - np.sum(f * log(y)), HIDDEN),
        ("batch_loss", lambda T, Y, log=log: -np.mean(np.sum(T * log(Y), axis=1)), HIDDEN),
    ]


@pytest.mark.parametrize(("name", "answer", "line"), VERDICTS)
def test_a_verdict_in_full(name, answer, line):
    assert check(name, answer) == f"Not yet. {line}"


@pytest.mark.parametrize("off", [0, 0.00099, -0.00099, 0.0011, -0.0011, 0.031])
def test_a_number_may_be_off_by_a_unit_of_its_last_digit_and_no_more(off):
    for name in ("mean_in_bits", "times_as_probable", "half_the_gap"):
        verdict = check(name, answer_to(name, EXERCISES[name].solve) + off)
        assert verdict.startswith("Right.") == (abs(off) < 0.001)
    verdict = check("gap", lambda f, y: likelihood.kl_divergence(f, y) + off / 1000)  # six decimals
    assert verdict.startswith("Right.") == (abs(off) < 0.001)


@pytest.mark.parametrize("name", ["mean_in_bits", "load_a_die", "mean_loss"])
def test_whatever_a_cell_hands_over_ends_in_a_verdict(name):
    unruly = type("Unruly", (), {"__float__": lambda self: 1 / 0})()
    things = [object(), int, {1}, b"1", iter([1]), [...] * 6, [], [unruly], 2j, True, ["1"], [[1], [1, 2]]]
    for thing in [*things, np.array(["a"]), np.ones((300, 300)), np.datetime64("2020"), 10**999]:
        for answer in (thing, lambda *_, thing=thing: thing):
            verdict = check(name, answer)
            assert re.fullmatch(r"Not yet\. .{10,600}", str(verdict))
            assert verdict._repr_html_().startswith('<div role="status"><b>Not yet.</b> ')


def test_the_stop_button_stops_and_an_unknown_exercise_is_refused_in_one_line():
    def stopped(rolls, y):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check("mean_loss", stopped)
    for name in ("gaps", "x" * 999, []):
        with pytest.raises(ValueError, match=r"^there is no exercise ('gaps'|'xxx|\[\]).{0,150}$"):
            check(name, 1)
