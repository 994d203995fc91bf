"""The exercises: the notebooks' solutions, every mistake by its own words, two at once, and nonsense."""

import re
from itertools import pairwise

import numpy as np
import pytest
import stored
from exercises import EXERCISES, HIDDEN, NAN, UNDERFLOW, check
from exercises.usual import USUAL
from loaded_die import likelihood
from scipy import optimize, special, stats

T = likelihood.counts(likelihood.ROLLS)
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
    for none in (..., None, answer_to(name, lambda *_: ...)):
        assert check(name, none) == "Not yet answered."


# Found in another way than the solutions: by SciPy, counting, loops, differences.
ORACLES = {
    "what_is_left_to_learn": 0.512 - stats.entropy([0.92, *[0.016] * 5]),
    "shares": lambda rolls, faces: [list(rolls).count(k + 1) / len(rolls) for k in range(faces)],
    "rows": lambda rolls, faces: [[face == k + 1 for k in range(faces)] for face in rolls],
    "face_terms": lambda t, y: special.xlogy(t, y, out=y),  # into the argument's own place
    "the_zero": 1 - np.log2(np.nextafter(0, 1)),
    "orders_of_a_coin": special.comb(10, 3),
    "log_chance": lambda t, y: special.xlogy(t, y).sum(),
    "mean_in_bits": stats.entropy(T, base=2) + stats.entropy(T, [1, 1, 1, 1, 1, 5], base=2),
    "mean_loss": lambda rolls, y: np.mean([special.xlogy(-1, y[face - 1]) for face in rolls if face > 0]),
    "message_length": sum({1: 4, 2: 3, 3: 3, 4: 3, 5: 4, 6: 1}[face] for face in likelihood.ROLLS),
    "gap": lambda f, y: special.rel_entr(f, y).sum(),
    "log_mean": lambda log_L: special.logsumexp(log_L, b=1 / len(log_L)),
    "step_at": lambda z, n, rate, tau: (
        z - rate * optimize.approx_fprime(z, lambda z: -special.log_softmax(z / tau) @ n / n.sum())
    ),
    "batch_loss": lambda T, Y: -special.xlogy(T, Y).sum(axis=1).mean(),
    "top_share": lambda Y, classes, k: np.mean([sum(y > y[c - 1]) < k for y, c in zip(Y, classes)]),
    "perplexity_from_bits": np.exp(3.1 * np.log(2)),
    "worth_of_a_look": lambda n: stats.entropy(n.sum(0)) - stats.entropy(n, axis=1) @ n.sum(1) / n.sum(),
    "nucleus": lambda y, p: likelihood.frequencies([v * (sum(y[y > v]) < p) for v in y]),
}


@pytest.mark.parametrize("name", ORACLES)
def test_another_way_is_right(name):
    assert check(name, ORACLES[name]).startswith("Right.")


@pytest.mark.parametrize("name", EXERCISES)
def test_every_mistake_is_named_with_its_own_words(name):
    mistakes = EXERCISES[name].mistakes
    single = [said for said, _ in mistakes if not said.startswith("Two slips")]
    assert len({*single} - {said for said, *_ in USUAL.values()}) <= 2
    for said, way in mistakes:
        verdict = check(name, answer_to(name, way))
        assert verdict.startswith("Not yet. ")
        assert said in verdict if said in single else any(one in verdict for one in single)


KEEPS_OFF = [  # log 0
    lambda y: np.log(np.clip(y, 1e-7, 1 - 1e-7)),
    lambda y: np.log(y + np.finfo(float).eps),
    lambda y: np.log(y + np.finfo("f").eps),
    lambda y: np.log(np.maximum(y, 1e-9)),
    lambda y: np.maximum(np.log(y), -100),
]
WITH_LOG = {
    "face_terms": lambda log: lambda t, y: t * log(y),
    "log_chance": lambda log: lambda t, y: np.sum(t * log(y)),
    "mean_loss": lambda log: lambda rolls, y: -np.mean(log(y)[rolls[rolls > 0] - 1]),
    "gap": lambda log: lambda f, y: special.xlogy(f, f).sum() - np.sum(f * log(y)),
    "batch_loss": lambda log: lambda T, Y: -np.mean(np.sum(T * log(Y), axis=1)),
}
PRODUCTS = {
    "face_terms": lambda t, y: np.log(y**t),
    "log_chance": lambda t, y: np.log(np.prod(y**t)),
    "mean_loss": lambda rolls, y: -np.log(np.prod(y[rolls[rolls > 0] - 1])) / np.sum(rolls > 0),
    "batch_loss": lambda T, Y: -np.log(np.prod(Y[T == 1])) / len(T),
    "log_mean": lambda log_L: np.log(np.mean(np.exp(log_L))),
}


@pytest.mark.parametrize("name", PRODUCTS)
def test_infinities_and_nan_are_told_by_their_effect(name):
    assert check(name, PRODUCTS[name]) == f"Not yet. {UNDERFLOW}"
    for log in KEEPS_OFF if name in WITH_LOG else []:
        assert check(name, WITH_LOG[name](log)) == f"Not yet. {HIDDEN}"


SAID = {name: said for name, (said, *_) in USUAL.items()}
FOR = "For rolls = [1, 2, 2], y = [0.7, 0.3]:"
VERDICTS = [
    ("mean_in_bits", 36.395, f"Two slips at once. {SAID['bits']} {SAID['mean']}"),
    ("mean_in_bits", 52.51, SAID["mean"]),
    ("face_terms", lambda t, y: -t * np.log(y + 1e-9), f"{SAID['sign']} {HIDDEN}"),
    ("log_chance", lambda t, y: np.sum(t * np.log(y)), NAN),
    ("mean_in_bits", 2.62, "2.62 is close. Was something rounded on the way?"),
    ("mean_in_bits", "2.62", "'2.62' is text. Without quotation marks Python reads the arithmetic."),
    ("mean_in_bits", np.nan, "NaN is no number. Is there a 0/0, a 0 · ∞ or an ∞ − ∞?"),
    ("mean_in_bits", abs, "A value is asked for, not a function."),
    ("mean_in_bits", [2, 3], "[2, 3] has the shape (2,), and a single number is asked for."),
    (
        "load_a_die",
        [0.125, 9, 0, 0, 0, 0],
        "[0.125, 9, 0, 0, 0, 0] has 1 of 6 entries right. Entry 2: 9 is too large.",
    ),
    ("mean_loss", 3, "A function is asked for: give the name of yours, without brackets."),
    ("mean_loss", lambda rolls, y: 3, f"{FOR} 3 is too large."),
    ("mean_loss", lambda rolls, y: 1 / 0, f"{FOR} ZeroDivisionError: division by zero."),
    ("mean_loss", lambda rolls, y: None, f"{FOR} Nothing came back. Was the return forgotten?"),
]


@pytest.mark.parametrize(("name", "answer", "line"), VERDICTS)
def test_a_verdict_in_full(name, answer, line):
    assert check(name, answer) == f"Not yet. {line}"


@pytest.mark.parametrize("name", [name for name, task in EXERCISES.items() if task.kind == "number"])
def test_a_number_may_be_off_by_a_unit_of_its_last_digit_and_no_more(name):
    task = EXERCISES[name]
    for off in (0, 0.99, -0.99, 1.1, -1.1, 31):
        verdict = check(name, answer_to(name, task.solve) + off / 10**task.digits)
        assert verdict.startswith("Right.") == (abs(off) < 1 and (off == 0 or task.digits > 0))


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
