"""The exercises of every chapter, each stored once: question, hint, solution, mistakes.

The solution is a function, and "Show solution" shows its source. A number or an array is asked at
the arguments `at`; a function is compared on all of `tests`. A mistake is a way to turn the
solution into a function that makes it, so the wrong values are computed like the right ones.
Another language replaces the words here and in words.py, and leaves the functions as they are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import factorial

import numpy as np

from . import words
from .likelihood import ROLLS, counts, frequencies, softmax

TASKS = {}  # by the solution's name, in the order of the chapters


@dataclass(frozen=True)
class Task:
    """One exercise. `asked` is "number", "array" or "function"; `tests` holds tuples of arguments."""

    chapter: int
    number: int
    asked: str
    question: str
    hint: str
    why: str
    solve: Callable
    tests: tuple
    mistakes: tuple  # of pairs: words for the reader, and solution -> function that makes the mistake
    digits: int | None  # decimals that count, None for a whole number

    @property
    def name(self):
        return self.solve.__name__


def task(chapter, *, question, hint, why, mistakes, at=None, tests=None, digits=3):
    """Make the decorated function the solution of the chapter's next exercise."""

    def add(solve):
        number = 1 + sum(other.chapter == chapter for other in TASKS.values())
        asked = "function" if tests else "array" if np.ndim(solve(*at)) else "number"
        TASKS[solve.__name__] = Task(
            chapter=chapter,
            number=number,
            asked=asked,
            question=question,
            hint=hint,
            why=why,
            solve=solve,
            tests=tuple(tests or [at]),
            mistakes=tuple(mistakes),
            digits=6 if asked == "function" else digits,
        )
        return solve

    return add


# Three ways to turn a solution into a mistake.


def after(change):
    """The right result, changed: change(result, *arguments)."""
    return lambda solve: lambda *given: change(solve(*given), *given)


def before(change):
    """The solution at the wrong arguments: change(*arguments)."""
    return lambda solve: lambda *given: solve(*change(*given))


def instead(function):
    """Another function in the solution's place."""
    return lambda solve: function


MINUS = words.MINUS, after(lambda value, *_: -value)
MINUS_TOO_MANY = words.MINUS_TOO_MANY, after(lambda value, *_: -value)
BASE_2 = words.BASE_2, after(lambda value, *_: value / np.log(2))
BASE_10 = words.BASE_10, after(lambda value, *_: value / np.log(10))
NATS_FOR_BITS = words.NATS_FOR_BITS, after(lambda value, *_: value * np.log(2))
BASE_10_FOR_BITS = words.BASE_10_FOR_BITS, after(lambda value, *_: value * np.log(2) / np.log(10))
SUM_FOR_MEAN = words.SUM_FOR_MEAN, after(lambda value, t, *_: value * np.sum(t))  # t are counts
MEAN_FOR_SUM = words.MEAN_FOR_SUM, after(lambda value, t, *_: value / np.sum(t))
EXCHANGED = words.EXCHANGED, before(lambda t, y: (y, t))
SMALL = [10.0**-power for power in range(5, 21)]


def epsilon(make):
    """A small number inside the logarithm: make(small) is the function with this one."""
    return [(words.EPSILON, instead(make(small))) for small in SMALL]


T = counts(ROLLS)
F = frequencies(T)
FAIR = np.full(6, 1 / 6)
LOADED = np.array([0.1, 0.1, 0.1, 0.1, 0.1, 0.5])
UNEVEN = np.array([0.25, 0.15, 0.12, 0.20, 0.05, 0.23])  # the die of section 2.3
ONE = np.array([1, 0, 0, 0, 0, 0])
NO_SIXES = counts(ROLLS[ROLLS != 6])
COIN = np.array([7, 3])  # heads and tails
SCORES = np.array([2.0, 0.0, -1.0])
SAMPLES = np.array([[1, 0, 0], [0, 0, 1], [0, 0, 1], [0, 1, 0]])  # section 8.2, its dice and classes
DICE = np.array([[0.33, 0.32, 0.35], [0.10, 0.20, 0.70], [0.05, 0.15, 0.80], [0.20, 0.60, 0.20]])
CLASSES = np.array([1, 3, 3, 2])


def row(numbers):
    """Numbers as they stand in a question."""
    return "({})".format(", ".join(f"{number:g}".replace("-", "−") for number in numbers))


# Chapter 1


@task(
    1,
    question="How large is the frequency of face 3 among the 20 rolls?",
    hint="How often did it come up, and out of how many rolls?",
    why="A frequency is a count, divided by the number of rolls.",
    at=(T,),
    mistakes=[
        (words.COUNTS_FOR_FREQUENCIES, after(lambda value, t: value * t.sum())),
        (words.OFF_BY_ONE, before(lambda t: (np.roll(t, -1),))),
        (
            "The number of faces does not come into it: divide by the number of rolls.",
            after(lambda value, t: value * t.sum() / len(t)),
        ),
    ],
)
def share_of_threes(t):
    return t[2] / t.sum()


@task(
    1,
    question=(
        "Load a die: face 5 is to be three times as probable as each of the other five, "
        "which are equally probable. What are its six probabilities?"
    ),
    hint="Begin with six weights that stand in the right proportions. What is their sum?",
    why="Weights become probabilities when they are divided by their sum.",
    at=(np.array([1, 1, 1, 1, 3, 1]),),
    mistakes=[
        (words.NOT_NORMALISED, after(lambda value, weights: value * weights.sum())),
        (words.NOT_NORMALISED, after(lambda value, weights: value * weights.sum() / len(weights))),
        (words.OFF_BY_ONE, before(lambda weights: (np.roll(weights, 1),))),
    ],
)
def load_a_die(weights):
    return weights / weights.sum()


@task(
    1,
    question=(
        "A die was rolled 2,000 times, and the largest gap between its frequencies and its probabilities "
        "is 0.02. After about how many rolls is 0.01 to be expected?"
    ),
    hint="In section 1.4 a hundred times as many rolls made the gap about ten times as small.",
    why="The gap shrinks with the square root of the number of rolls: half the gap takes four times as many.",
    at=(2000,),
    digits=None,
    mistakes=[
        (
            "Twice as many rolls are not enough: the gap shrinks more slowly than that.",
            after(lambda value, rolls: value / 2),
        ),
        ("These are the further rolls. Asked are all of them.", after(lambda value, rolls: value - rolls)),
    ],
)
def half_the_gap(rolls):
    return 2**2 * rolls


@task(
    1,
    question=(
        "Write a function `shares(rolls, faces)`: from an array of rolls, numbers from 1 to `faces`, "
        "to an array of the frequencies of all faces."
    ),
    hint="Ask for each face from 1 to `faces` which share of the rolls shows it. `np.mean` counts True as 1.",
    why="A face that did not come up has its place in the array, with the frequency 0.",
    tests=[
        (np.array([1, 2, 2]), 2),
        (np.array([3, 1, 3, 3, 2]), 5),
        (ROLLS, 6),
        (np.array([4]), 4),
    ],
    mistakes=[
        (words.COUNTS_FOR_FREQUENCIES, after(lambda value, rolls, faces: value * len(rolls))),
        (words.NOT_NORMALISED, after(lambda value, rolls, faces: value * len(rolls) / faces)),
        (
            words.OFF_BY_ONE,
            instead(lambda rolls, faces: np.array([np.mean(rolls == k) for k in range(faces)])),
        ),
        (words.OFF_BY_ONE, instead(lambda rolls, faces: np.bincount(rolls, minlength=faces) / len(rolls))),
        (words.OFF_BY_ONE, instead(lambda rolls, faces: np.bincount(rolls) / len(rolls))),
    ],
)
def shares(rolls, faces):
    return np.array([np.mean(rolls == k) for k in range(1, faces + 1)])


# Chapter 2


@task(
    2,
    question="A roll shows 4. What is its one-hot row, as an array of six numbers?",
    hint="One entry for each face, in order. Only one of them is hot.",
    why="The place of the 1 says which face came up.",
    at=(4,),
    mistakes=[
        (words.OFF_BY_ONE, after(lambda value, face: np.roll(value, 1))),
        (
            "The place says which face it was. The entry itself only says that it came up once.",
            after(lambda value, face: face * value),
        ),
    ],
)
def row_of_a_four(face):
    return (np.arange(1, 7) == face).astype(int)


@task(
    2,
    question=f"A roll shows 5. What is Σ tₖ log yₖ for the die y = {row(UNEVEN)} of section 2.3?",
    hint="Which of the six terms is not 0?",
    why="The one-hot row picks one logarithm out of six, that of the face that came up.",
    at=(np.array([0, 0, 0, 0, 1, 0]), UNEVEN),
    mistakes=[
        MINUS_TOO_MANY,
        BASE_2,
        BASE_10,
        (words.OFF_BY_ONE, before(lambda t, y: (np.roll(t, 1), y))),
        ("The logarithm is missing.", after(lambda value, t, y: np.exp(value))),
    ],
)
def sum_for_a_five(t, y):
    return np.sum(t * np.log(y))


@task(
    2,
    question=(
        "Write a function `rows(rolls, faces)`: from N rolls, numbers from 1 to `faces`, "
        "to their one-hot rows."
    ),
    hint="`np.eye(faces)` has a one-hot row for each face. Which of them does a roll pick?",
    why="N rolls make N rows, and each row has one entry a face.",
    tests=[(np.array([1, 2, 2]), 2), (np.array([3, 1]), 4), (np.array([2]), 3), (ROLLS, 6)],
    mistakes=[
        (words.TRANSPOSED, after(lambda value, rolls, faces: value.T)),
        (words.OFF_BY_ONE, instead(lambda rolls, faces: np.eye(faces)[rolls])),
        (words.OFF_BY_ONE, instead(lambda rolls, faces: (rolls[:, np.newaxis] == np.arange(faces)) + 0)),
    ],
)
def rows(rolls, faces):
    return np.eye(faces)[rolls - 1]


@task(
    2,
    question=(
        "Write a function `face_terms(t, y)` that gives the K terms tₖ log yₖ. "
        "A face that did not come up adds 0, also if its probability is 0; "
        "one that came up against probability 0 adds −∞."
    ),
    hint="Begin with zeros, and fill in the terms where t is above 0.",
    why="0 · log 0 counts as 0, and a face that came up against probability 0 adds −∞.",
    tests=[
        (T, UNEVEN),
        (np.eye(6)[4], UNEVEN),
        (COIN, np.array([0.4, 0.6])),
        (ONE, np.array([0.5, 0, 0, 0, 0, 0.5])),
        (ONE, np.array([0, 0.2, 0.2, 0.2, 0.2, 0.2])),
    ],
    mistakes=[
        (words.ZERO_LOG_ZERO, instead(lambda t, y: t * np.log(y))),
        MINUS_TOO_MANY,
        BASE_2,
        BASE_10,
        EXCHANGED,
        *epsilon(lambda small: lambda t, y: t * np.log(y + small)),
    ],
)
def face_terms(t, y):
    result, came_up = np.zeros(len(t)), t > 0
    result[came_up] = t[came_up] * np.log(y[came_up])
    return result


# Chapter 3


@task(
    3,
    question=f"A die with y = {row(LOADED)} shows 6, then 3, then 2. What is its log-likelihood?",
    hint="The rolls are independent: three factors, so a sum of three logarithms.",
    why="The logarithm makes a sum of the product.",
    at=(ROLLS[:3], LOADED),
    mistakes=[
        MINUS_TOO_MANY,
        BASE_2,
        BASE_10,
        (words.LOG_OF_SUM, instead(lambda rolls, y: np.log(np.sum(y[rolls - 1])))),
        (words.MEAN_FOR_SUM, after(lambda value, rolls, y: value / len(rolls))),
        ("This is the likelihood. Its logarithm is asked.", after(lambda value, rolls, y: np.exp(value))),
    ],
)
def three_rolls(rolls, y):
    return np.sum(np.log(y[rolls - 1]))


@task(
    3,
    question=(
        "A fair coin is tossed again and again. "
        "After how many tosses is the likelihood, as a 64-bit float, 0 for the first time?"
    ),
    hint="Let a loop or `np.cumprod` find out: multiply by 0.5 until nothing is left.",
    why="A coin lasts longer than a die, for its factors are larger; it underflows all the same.",
    at=(0.5,),
    digits=None,
    mistakes=[
        ("Here it is not 0 yet. One toss more, and it is.", after(lambda value, p: value - 1)),
        (
            "Up to here it has all its digits. It goes on with fewer.",
            instead(lambda p: round(np.log(np.finfo(float).tiny) / np.log(p))),
        ),
    ],
)
def coin_underflows(p):
    tosses = 1
    while p**tosses > 0:
        tosses += 1
    return tosses


@task(
    3,
    question="A coin showed heads 7 times and tails 3 times. In how many orders can that happen?",
    hint="Ten tosses can be arranged in 10! ways. Which of them look the same?",
    why="Shuffling equal faces among themselves makes no new order, so 7! and 3! are divided out.",
    at=(7, 3),
    digits=None,
    mistakes=[
        (
            "This tells equal faces apart: swapping two heads makes no new order.",
            instead(lambda heads, tails: factorial(heads + tails)),
        ),
        (
            "This counts every sequence of ten tosses, however many heads it has.",
            instead(lambda heads, tails: 2 ** (heads + tails)),
        ),
    ],
)
def orders_of_a_coin(heads, tails):
    return factorial(heads + tails) // (factorial(heads) * factorial(tails))


@task(
    3,
    question=(
        "Write a function `log_chance(t, y)` that gives log L = Σ tₖ log yₖ, for a one-hot row or counts. "
        "It has to work for a thousand rolls. 0 · log 0 counts as 0, and an impossible roll makes it −∞."
    ),
    hint="Take only the faces with t above 0.",
    why="It gives the logarithm where the product underflows, and −∞ where a roll was impossible.",
    tests=[
        (T, UNEVEN),
        (COIN, np.array([0.4, 0.6])),
        (np.eye(6)[4], UNEVEN),
        (50 * T, UNEVEN),
        (NO_SIXES, np.array([0.2, 0.2, 0.2, 0.2, 0.2, 0])),
        (ONE, np.array([0, 0.2, 0.2, 0.2, 0.2, 0.2])),
    ],
    mistakes=[
        MINUS_TOO_MANY,
        BASE_2,
        BASE_10,
        MEAN_FOR_SUM,
        (words.LOG_OF_SUM, instead(lambda t, y: np.log(np.sum(t * y)))),
        EXCHANGED,
        (words.ZERO_LOG_ZERO, instead(lambda t, y: np.sum(t * np.log(y)))),
        (
            "The product underflows before its logarithm is taken: add logarithms instead.",
            instead(lambda t, y: np.log(np.prod(y**t))),
        ),
        *epsilon(lambda small: lambda t, y: np.sum(t * np.log(y + small))),
    ],
)
def log_chance(t, y):
    came_up = t > 0
    return np.sum(t[came_up] * np.log(y[came_up]))


# Chapter 4


@task(
    4,
    question="The face that came up had the probability 0.2. What does this roll cost, in nats?",
    hint="The loss of one roll has a single term.",
    why="One roll costs −log p.",
    at=(0.2,),
    mistakes=[
        MINUS,
        BASE_2,
        BASE_10,
        (
            "This is the cost of the other outcome, that the face does not come up.",
            before(lambda p: (1 - p,)),
        ),
    ],
)
def cost_of_a_roll(p):
    return -np.log(p)


@task(
    4,
    question=f"What is the mean loss of a roll, in bits, for the 20 rolls and the die y = {row(LOADED)}?",
    hint="The sum of the losses in nats is 20 times too large, and has the wrong unit.",
    why="Divide the sum by N for the mean, and nats by log 2 for bits.",
    at=(T, LOADED),
    mistakes=[MINUS, NATS_FOR_BITS, BASE_10_FOR_BITS, SUM_FOR_MEAN],
)
def mean_in_bits(t, y):
    return -np.sum(t * np.log2(y)) / t.sum()


@task(
    4,
    question=(
        f"How many times as probable are the 20 rolls with the die y = f as with y = {row(LOADED)}? "
        "Two decimals will do."
    ),
    hint="A difference of losses is the logarithm of a ratio of likelihoods (section 4.6).",
    why="e to the difference of the losses, both taken as sums in nats, is the ratio of the likelihoods.",
    at=(T, LOADED),
    digits=2,
    mistakes=[
        (
            "This is the difference of the losses, not yet the ratio.",
            after(lambda value, t, y: np.log(value)),
        ),
        ("The ratio is upside down.", after(lambda value, t, y: 1 / value)),
        (words.MEAN_FOR_SUM, after(lambda value, t, y: np.exp(np.log(value) / t.sum()))),
        (words.BASE_2_POWER, after(lambda value, t, y: 2 ** np.log(value))),
    ],
)
def times_as_probable(t, y):
    f = t / t.sum()
    return np.exp(np.sum(t * np.log(f)) - np.sum(t * np.log(y)))


@task(
    4,
    question=(
        "Write a function `mean_loss(rolls, y)`: from an array of rolls, numbers from 1 to K, "
        "and the die's K probabilities to the mean loss of a roll, in nats. An impossible roll costs ∞."
    ),
    hint="Use the rolls as an index into y. Where does an index begin?",
    why="The index picks the same probability as a one-hot row would, and an impossible roll costs ∞.",
    tests=[
        (np.array([1, 2, 2]), np.array([0.7, 0.3])),
        (np.array([3]), UNEVEN),
        (ROLLS, UNEVEN),
        (np.array([2, 2]), np.array([0.0, 1.0])),
        (np.array([1, 6]), np.array([0.2, 0.2, 0.2, 0.2, 0.2, 0])),
    ],
    mistakes=[
        MINUS,
        BASE_2,
        BASE_10,
        (words.SUM_FOR_MEAN, after(lambda value, rolls, y: value * len(rolls))),
        (words.LOG_OF_SUM, instead(lambda rolls, y: -np.log(np.mean(y[rolls - 1])))),
        (words.OFF_BY_ONE, instead(lambda rolls, y: -np.mean(np.log(y[rolls])))),
        (words.OFF_BY_ONE, before(lambda rolls, y: (rolls, np.roll(y, 1)))),
        *epsilon(lambda small: lambda rolls, y: -np.mean(np.log(y[rolls - 1] + small))),
    ],
)
def mean_loss(rolls, y):
    return -np.mean(np.log(y[rolls - 1]))


# Chapter 5

PER_UNIT = "This is the slope for each unit of the slider. Asked is the bar of section 5.1."


@task(
    5,
    question=(
        "A coin showed heads 7 times and tails 3 times. "
        "Which probability of tails explains these tosses best?"
    ),
    hint="The best die has the frequencies for its probabilities. So has the best coin.",
    why="Maximum likelihood gives the frequency.",
    at=(COIN,),
    mistakes=[
        (words.COUNTS_FOR_FREQUENCIES, after(lambda value, t: value * t.sum())),
        ("This is the probability of heads.", before(lambda t: (t[::-1],))),
        (
            "These are tails for each head. Asked is their share of all tosses.",
            instead(lambda t: t[1] / t[0]),
        ),
    ],
)
def best_coin(t):
    return t[1] / t.sum()


@task(
    5,
    question=(
        "For the 20 rolls and the fair die: how high is the bar of face 3 in section 5.1, "
        "the slope of log L when the fair die is shrunk by 1 − ε and the free ε goes to face 3?"
    ),
    hint="Section 5.3 has it: one ratio, less the number of rolls.",
    why="It is positive, so the fair die should give face 3 more.",
    at=(T, FAIR),
    mistakes=[
        (
            "This is the slope if face 3 rises alone. The other faces have to give.",
            after(lambda value, t, y: value + t.sum()),
        ),
        (PER_UNIT, after(lambda value, t, y: value / (1 - y[2]))),
        (words.OFF_BY_ONE, before(lambda t, y: (np.roll(t, -1), np.roll(y, -1)))),
        MINUS_TOO_MANY,
        MEAN_FOR_SUM,
    ],
)
def slope_towards_three(t, y):
    return t[2] / y[2] - t.sum()


@task(
    5,
    question=(
        f"Without the sixes, 14 rolls are left with the counts {row(NO_SIXES)}. "
        "Which die with six faces explains them best?"
    ),
    hint="Section 5.5: what becomes of a face that did not come up?",
    why="The best die lies on the boundary, with probability 0 for the face that did not come up.",
    at=(NO_SIXES,),
    mistakes=[
        (words.COUNTS_FOR_FREQUENCIES, after(lambda value, t: value * t.sum())),
        (words.NOT_NORMALISED, after(lambda value, t: value * t.sum() / len(ROLLS))),
        (words.OFF_BY_ONE, after(lambda value, t: np.roll(value, 1))),
        (
            "The die has six faces. The last one needs a probability, too.",
            after(lambda value, t: value[:-1]),
        ),
    ],
)
def best_without_sixes(t):
    return t / t.sum()


@task(
    5,
    question=(
        "Write a function `slopes(t, y)` that gives all the bars of section 5.1: the slopes of log L "
        "when the die y is shrunk by 1 − ε and the free ε goes to face k. All yₖ are above 0."
    ),
    hint="One array divided by another, less one number.",
    why="At y = f all slopes are 0, and a face that did not come up has the slope −N.",
    tests=[
        (T, UNEVEN),
        (COIN, np.array([0.4, 0.6])),
        (NO_SIXES, FAIR),
        (ONE, UNEVEN),
        (T, F),
    ],
    mistakes=[
        (
            "These are the slopes of faces that rise alone. The other faces have to give.",
            after(lambda value, t, y: value + t.sum()),
        ),
        MINUS_TOO_MANY,
        MEAN_FOR_SUM,
        (words.EXCHANGED, before(lambda t, y: (y, t))),
        (
            "With counts, N is taken off, and not 1: the counts add up to N.",
            after(lambda value, t, y: value + t.sum() - 1),
        ),
        (PER_UNIT, after(lambda value, t, y: value / (1 - y))),
    ],
)
def slopes(t, y):
    return t / y - t.sum()


# Chapter 6


@task(
    6,
    question="What is the entropy, in bits, of a three-faced die with the probabilities (0.5, 0.25, 0.25)?",
    hint="Each probability is a power of one half, so every −log₂ is a whole number.",
    why="It is the mean length of the words 0, 10 and 11.",
    at=(np.array([0.5, 0.25, 0.25]),),
    mistakes=[
        NATS_FOR_BITS,
        BASE_10_FOR_BITS,
        MINUS,
        ("Each face counts by its probability, not equally.", instead(lambda p: -np.mean(np.log2(p)))),
        (
            "Each term has its weight already: add them up, and divide by nothing.",
            after(lambda value, p: value / len(p)),
        ),
    ],
)
def entropy_in_bits(p):
    return -np.sum(p * np.log2(p))


@task(
    6,
    question=(
        "A coin showed heads 7 times and tails 3 times. How large is the gap KL(f ‖ y) of the fair coin, "
        "in nats a toss? Give it with four decimals."
    ),
    hint="The weights are the frequencies, and so is what stands above the line.",
    why="So much could be saved at each toss with the best coin.",
    at=(COIN, np.array([0.5, 0.5])),
    digits=4,
    mistakes=[
        (words.EXCHANGED, before(lambda t, y: (y, t / t.sum()))),
        SUM_FOR_MEAN,
        MINUS,
        BASE_2,
        BASE_10,
        (
            "This is the whole loss H(f, y). Take off the floor, H(f).",
            instead(lambda t, y: -np.sum(t / t.sum() * np.log(y))),
        ),
        (
            "This is the floor, H(f). The gap is what comes on top.",
            instead(lambda t, y: -np.sum(t / t.sum() * np.log(t / t.sum()))),
        ),
    ],
)
def gap_of_a_coin(t, y):
    f = t / t.sum()
    return np.sum(f * np.log(f / y))


@task(
    6,
    question=(
        "Face 6 gets a word of 1 bit, faces 2, 3 and 4 get words of 3 bits, faces 1 and 5 words of 4 bits. "
        "How many bits does the message of the 20 rolls take?"
    ),
    hint="Each word is sent as often as its face came up.",
    why="A very short word for the six does not pay: the others get too long.",
    at=(T, np.array([4, 3, 3, 3, 4, 1])),
    digits=None,
    mistakes=[
        MEAN_FOR_SUM,
        (
            "This sends each word once. Send it as often as its face came up.",
            before(lambda t, lengths: (np.ones_like(t), lengths)),
        ),
        (words.OFF_BY_ONE, before(lambda t, lengths: (t, np.roll(lengths, 1)))),
    ],
)
def message_length(t, lengths):
    return np.sum(t * lengths)


@task(
    6,
    question=(
        "Write a function `gap(f, y)` that gives KL(f ‖ y) in nats. A face with fₖ = 0 adds nothing, "
        "and a face with fₖ above 0 and yₖ = 0 makes the gap ∞."
    ),
    hint="Take only the faces with f above 0.",
    why="The gap is 0 for y = f alone, and never negative.",
    tests=[
        (F, UNEVEN),
        (np.array([0.7, 0.3]), np.array([0.4, 0.6])),
        (F, F),
        (np.array([0.5, 0.5, 0]), np.array([0.2, 0.3, 0.5])),
        (np.array([1.0, 0, 0]), np.array([0.5, 0, 0.5])),
        (np.array([0.2, 0.3, 0.5]), np.array([0.5, 0.5, 0])),
    ],
    mistakes=[
        (words.ZERO_LOG_ZERO, instead(lambda f, y: np.sum(f * np.log(f / y)))),
        EXCHANGED,
        MINUS,
        BASE_2,
        BASE_10,
        (words.LOG_OF_SUM, instead(lambda f, y: np.log(np.sum(f * f / y)))),
        (
            "This is the whole loss H(f, y). Take off the floor, H(f).",
            instead(lambda f, y: -np.sum(f * np.log(y))),
        ),
    ],
)
def gap(f, y):
    seen = f > 0
    return np.sum(f[seen] * np.log(f[seen] / y[seen]))


# Chapter 7

OTHER_SCORE = "It has to be the largest score that is taken off: then no power of e is above 1."


@task(
    7,
    question=f"Softmax makes a die with three faces of the scores z = {row(SCORES)}. What is y₁?",
    hint="First e to the power of each score, then divide by the sum.",
    why="A face whose score is larger by 2 than another's is e² times as probable as that other.",
    at=(SCORES,),
    mistakes=[
        (words.NOT_NORMALISED, instead(lambda z: np.exp(z[0]))),
        ("The exponential function is missing.", instead(lambda z: z[0] / np.sum(z))),
        (words.BASE_2_POWER, before(lambda z: (z * np.log(2),))),
        (words.OFF_BY_ONE, before(lambda z: (np.roll(z, -1),))),
    ],
)
def softmax_of_three(z):
    return np.exp(z[0]) / np.sum(np.exp(z))


@task(
    7,
    question=(
        "All six scores are 0. How steep is the loss of the 20 rolls, as a sum, in each of the scores? "
        "Answer with an array of six slopes."
    ),
    hint="The slope of one roll is y − t. Add it up over the rolls.",
    why="The slopes are N y − n. Negative ones belong to the faces that came up more often than y says.",
    at=(T, np.zeros(6)),
    mistakes=[
        MINUS_TOO_MANY,
        MEAN_FOR_SUM,
        (
            "Each of the rolls brings its own y: it is added N times.",
            instead(lambda n, z: softmax(z) - n),
        ),
        (words.OFF_BY_ONE, after(lambda value, n, z: np.roll(value, 1))),
    ],
)
def slopes_of_the_sum(n, z):
    return n.sum() * softmax(z) - n


@task(
    7,
    question=(
        "Write a function `safe_softmax(z)` that makes a die of any K scores, also of very large ones "
        "such as (1000, 999)."
    ),
    hint="Only the differences of the scores matter. Which score can be taken off all of them?",
    why="With the largest score taken off, no power of e is above 1.",
    tests=[
        (np.array([1.0, 0.5, -0.5, 0.0, -1.0, 2.0]),),
        (SCORES,),
        (np.zeros(4),),
        (np.array([1000.0, 999.0]),),
        (np.array([-1000.0, -1001.0, -1000.0]),),
        (np.array([1000.0, 0.0, -1000.0]),),
    ],
    mistakes=[
        (
            "e to the power of 1000 overflows: take the largest score off all of them first.",
            instead(lambda z: np.exp(z) / np.sum(np.exp(z))),
        ),
        (OTHER_SCORE, instead(lambda z: np.exp(z - z.min()) / np.sum(np.exp(z - z.min())))),
        (OTHER_SCORE, instead(lambda z: np.exp(z - z.mean()) / np.sum(np.exp(z - z.mean())))),
        (words.NOT_NORMALISED, instead(lambda z: np.exp(z))),
        (words.NOT_NORMALISED, instead(lambda z: np.exp(z - z.max()))),
        (words.BASE_2_POWER, before(lambda z: (z * np.log(2),))),
        ("The exponential function is missing.", instead(lambda z: z / np.sum(z))),
        ("These are the logarithms of the probabilities.", after(lambda value, z: np.log(value))),
    ],
)
def safe_softmax(z):
    powers = np.exp(z - z.max())
    return powers / powers.sum()


@task(
    7,
    question=(
        "Write a function `one_step(z, n, rate)`: from K scores, the counts of the rolls and the learning "
        "rate to the scores after one step of gradient descent on the mean loss. `softmax` may be used."
    ),
    hint="The slope of the mean loss is y − f. Which way is down?",
    why="Each score gives up a little of its slope, and at y = f nothing moves any more.",
    tests=[
        (np.zeros(6), T, 1.0),
        (np.array([1.0, 0.5, -0.5, 0.0, -1.0, 2.0]), T, 0.5),
        (np.array([0.3, -0.3]), COIN, 4.0),
        (np.log(F), T, 8.0),
        (np.zeros(6), ONE, 0.1),
    ],
    mistakes=[
        ("This walks up: against the slope is down.", after(lambda value, z, n, rate: 2 * z - value)),
        (words.SUM_FOR_MEAN, after(lambda value, z, n, rate: z + n.sum() * (value - z))),
        (
            words.COUNTS_FOR_FREQUENCIES,
            instead(lambda z, n, rate: z - rate * (softmax(z) - n)),
        ),
        ("The learning rate is missing.", before(lambda z, n, rate: (z, n, 1))),
        ("This is the step. Asked are the scores after it.", after(lambda value, z, n, rate: value - z)),
    ],
)
def one_step(z, n, rate):
    return z - rate * (softmax(z) - n / n.sum())


# Chapter 8


@task(
    8,
    question=(
        f"The classifier gives y = {row(DICE[0])} to dog, fox and wolf, and the picture shows a fox. "
        "What does it lose, in nats?"
    ),
    hint="The true class is the roll.",
    why="Only the probability of the true class counts.",
    at=(2, DICE[0]),
    mistakes=[
        MINUS,
        BASE_2,
        BASE_10,
        (words.OFF_BY_ONE, before(lambda label, y: (label + 1, y))),
        ("This is the loss if it were a dog.", before(lambda label, y: (1, y))),
    ],
)
def cost_of_a_fox(label, y):
    return -np.log(y[label - 1])


@task(
    8,
    question=(
        "A filter takes a mail for spam with the probability p = 0.7, and it is no spam. "
        "What is the binary cross-entropy, in nats?"
    ),
    hint="The die has two faces. Which of them came up, and what was its probability?",
    why="With t = 0 only the second face counts, with the probability 1 − p.",
    at=(0, 0.7),
    mistakes=[
        MINUS,
        BASE_2,
        BASE_10,
        ("This is the loss if it were spam.", before(lambda t, p: (1, p))),
        (words.EXCHANGED, instead(lambda t, p: -(p * np.log(t) + (1 - p) * np.log(1 - t)))),
    ],
)
def cost_of_a_mail(t, p):
    return -(t * np.log(p) + (1 - t) * np.log(1 - p))


@task(
    8,
    question=(
        "Write a function `batch_loss(T, Y)`: from N one-hot rows and N dice, both of shape (N, K), "
        "to the mean loss of a sample, in nats. 0 · log 0 counts as 0, and an impossible class makes it ∞."
    ),
    hint="Each row has one loss. How many are there to take the mean of?",
    why="It is the mean over the samples, not over all entries, and an impossible class costs ∞.",
    tests=[
        (SAMPLES, DICE),
        (SAMPLES[:2], DICE[2:]),
        (np.eye(4)[:2], np.array([[0.4, 0.3, 0.2, 0.1], [0.1, 0.2, 0.3, 0.4]])),
        (np.array([[1, 0], [0, 1], [0, 1]]), np.array([[1.0, 0], [0.4, 0.6], [0.3, 0.7]])),
        (np.array([[1, 0], [0, 1], [0, 1]]), np.array([[0.0, 1], [0.4, 0.6], [0.3, 0.7]])),
    ],
    mistakes=[
        MINUS,
        BASE_2,
        BASE_10,
        (words.SUM_FOR_MEAN, after(lambda value, t, y: value * len(t))),
        (words.TRANSPOSED, after(lambda value, t, y: value * t.shape[0] / t.shape[1])),
        (
            "This divides by all N · K entries. The mean is over the N samples.",
            after(lambda value, t, y: value / t.shape[1]),
        ),
        (words.LOG_OF_SUM, instead(lambda t, y: -np.log(np.sum(t * y, axis=1).mean()))),
        (words.EXCHANGED, instead(lambda t, y: -np.mean(np.sum(y * np.log(t), axis=1)))),
        (words.ZERO_LOG_ZERO, instead(lambda t, y: -np.mean(np.sum(t * np.log(y), axis=1)))),
        *epsilon(lambda small: lambda t, y: -np.mean(np.sum(t * np.log(y + small), axis=1))),
    ],
)
def batch_loss(T, Y):
    return -np.mean(np.log(Y[T == 1]))


@task(
    8,
    question=(
        "Write a function `share_right(Y, classes)`: from N dice, shape (N, K), and the true classes, "
        "numbers from 1 to K, to the share of samples whose most probable class is the true one."
    ),
    hint="`argmax` finds the place of the largest entry. In which direction, and numbered from where?",
    why="It asks only which class is on top. The loss also asks how sure the classifier was.",
    tests=[
        (DICE, CLASSES),
        (DICE, np.array([3, 3, 3, 2])),
        (np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]]), np.array([1, 2, 2])),
        (DICE[:1], np.array([3])),
        (DICE[:1], np.array([1])),
    ],
    mistakes=[
        (words.OFF_BY_ONE, before(lambda dice, classes: (dice, classes + 1))),
        (
            "This is how many are right. Asked is their share of the samples.",
            after(lambda value, dice, classes: value * len(dice)),
        ),
        (words.TRANSPOSED, instead(lambda dice, classes: np.mean(dice.argmax(axis=0) + 1 == classes))),
        ("This is the share of wrong answers.", after(lambda value, dice, classes: 1 - value)),
        (
            "This is the mean probability of the true class.",
            instead(lambda dice, classes: np.mean(dice[np.arange(len(dice)), classes - 1])),
        ),
    ],
)
def share_right(Y, classes):
    return np.mean(Y.argmax(axis=1) + 1 == classes)
