"""Exercises that say what went wrong: a field for a typed answer, `check` for one from a cell.

An answer is compared with the solution first, then with every known mistake, and only then called
too large or too small. What is asked, and what the mistakes are, stands in `tasks`.
"""

import ast
import inspect
import operator
import re
import textwrap
from dataclasses import dataclass
from html import escape

import numpy as np
from ipywidgets import HTML, HBox, Text

from . import words
from .likelihood import shown
from .sliders import Stored, alone, button, in_one_order
from .tasks import TASKS

COLOURS = {"right": "#009e73", "wrong": "#d55e00", "open": "#8c8c8c"}  # of the line beside a verdict
CARD = """<style>
.die-exercise { max-width: 780px; margin: 4px 0; padding: 10px 14px; gap: 8px; border-radius: 4px;
    border: 1px solid var(--jp-border-color2); background: var(--jp-layout-color1); }
.die-exercise :is(.widget-html, .widget-html-content) { margin: 0; min-width: 0; flex: 1 1 auto;
    font-size: var(--jp-content-font-size1); line-height: 1.5; }
.die-exercise summary { cursor: pointer; margin-top: 4px; }
.die-exercise summary ~ * { margin: 4px 0 4px 16px; }
.die-exercise :is(pre, code) { font: 0.93em/1.5 var(--jp-code-font-family); color: inherit; overflow-x: auto;
    padding: 2px 5px; background: var(--jp-layout-color2); }
</style><div><b>%s</b>&ensp;%s</div>
<details><summary>%s</summary><div>%s</div></details>
<details><summary>%s</summary><pre>%s</pre><div>%s</div><div>%s</div></details>"""


class Exercise(Stored):
    """An exercise on the page: question, hint and solution; for a number also a field to type it in.

    `name` is one of `tasks.TASKS` (else a ValueError). `verdict` is what was said last, None before
    that. Arrays and functions are answered in a cell, with `check`.
    """

    def __init__(self, name):
        task, self.name, self.verdict = find(name), name, None
        title = words.EXERCISE.format(task.chapter, task.number)
        asked = task.question if task.asked == "number" else f"{task.question} {words.IN_A_CELL}"
        plain = textwrap.fill(f"{title}. {asked}", 90)
        self._stored = {"text/plain": plain, "text/markdown": f"**{title}** {asked}"}
        source = inspect.getsource(task.solve)
        source = re.sub('    """.*?"""\n', "", source[source.index("def ") :], flags=re.DOTALL)
        value = show(outcome(task.solve, task.cases[0]))
        gives = words.GIVES.format(name, named_values(task, task.cases[0]), value)
        hint, solution = (words.HINT, marked(task.hint)), (words.SOLUTION, escape(source.strip()))
        card = CARD % (title, marked(asked), *hint, *solution, escape(gives), marked(task.why))
        # The field's value arrives with Enter, or when the hand leaves it. Letter by letter, a
        # click on "Check" could overtake the last one.
        expected = words.PLACEHOLDER + (words.DECIMALS.format(task.digits) if task.digits else "")
        self.field = Text(placeholder=expected, continuous_update=False, layout=dict(width="180px"))
        self.field.tooltip = words.ANSWER.format(task.chapter, task.number)
        self.check = button(words.CHECK, self._judge)
        self.field.observe(lambda change: self._judge(emptied=not change.new.strip()), "value")
        self._said = HTML(layout=dict(display="none"))
        answering = [HBox([self.field, self.check]), self._said] if task.asked == "number" else []
        super().__init__([HTML(card), *answering])
        self.add_class("die-exercise")
        in_one_order(self)  # else a press on "Check" might be judged with the answer before

    @alone
    def _judge(self, emptied=False):
        """Say the verdict on what stands in the field; when that is emptied, the last one goes."""
        self.verdict = None if emptied else check(self.name, self.field.value)
        self._said.value = "" if emptied else self.verdict._repr_html_()
        self._said.layout.display = "none" if emptied else ""


def marked(text):
    """A line of words as HTML, `code` in code type."""
    return re.sub("`([^`]*)`", r"<code>\1</code>", escape(text, quote=False))


@dataclass(frozen=True, repr=False)
class Verdict:
    """What is said to an answer. `kind` is "right", "wrong" or "open" (none yet, or unreadable)."""

    kind: str
    text: str

    def __repr__(self):
        return self.text

    def _repr_html_(self):
        colour = COLOURS[self.kind]  # "1a": a tint of it, for a light and for a dark page
        box = f"border-left: 3px solid {colour}; background: {colour}1a; padding: 4px 10px; max-width: 740px"
        return f'<div class="die-verdict {self.kind}" role="status" style="{box}">{marked(self.text)}</div>'


def find(name):
    if not isinstance(name, str) or name not in TASKS:
        raise ValueError(words.NO_EXERCISE.format(shown(name)))
    return TASKS[name]


def check(name, answer):
    """The verdict on an answer: a number, an array or a function, as the exercise asks.

    `name` is the exercise's (else a ValueError). A text is read as arithmetic; `...` and None are no
    answer yet.
    """
    task, read_as = find(name), ""
    function = task.asked == "function"
    if answer is None or answer is ... or (isinstance(answer, str) and not answer.strip()):
        return Verdict("open", words.UNANSWERED)
    if function and not callable(answer):
        return Verdict("open", words.NO_FUNCTION.format(shown(answer)))
    if isinstance(answer, str):
        try:
            typed, answer = answer.strip(), read(answer, whole=task.digits is None)
        except ValueError as error:
            return Verdict("open", str(error))
        if not re.fullmatch(r"[-−]?[0-9]+(\.[0-9]+)?", typed):
            read_as = words.READ_AS.format(show(answer))
    results = [outcome(answer if function else lambda *_: answer, case) for case in task.cases]
    if (isinstance(results[0], str) and not function) or all(r is words.UNANSWERED for r in results):
        return Verdict("open", results[0])
    rights = [outcome(task.solve, case) for case in task.cases]
    fits = [agree(result, right, task.digits) for result, right in zip(results, rights)]
    if all(fits):
        return Verdict("right", read_as + words.RIGHT.format(task.why))
    k = fits.index(False)
    told = difference(results[k], rights[k], task.digits)
    if function:
        told = words.FOR.format(named_values(task, task.cases[k]), told)
    for said, way in task.mistakes:  # is it one that gives these results in every case?
        if all(agree(result, outcome(way, case), task.digits) for result, case in zip(results, task.cases)):
            told = f"{told} {said}" if isinstance(results[k], str) else said
            break
    return Verdict("wrong", read_as + words.WRONG.format(told))


def outcome(function, case):
    """What the function makes of its own copies of the arguments: a float array, or a line why it is none."""
    try:
        with np.errstate(all="ignore"):  # inf and NaN are judged, and spoken of, in the verdict
            result = function(*[a.copy() if isinstance(a, np.ndarray) else a for a in case])
    except Exception as error:  # told in its own words
        return f"{type(error).__name__}: {textwrap.shorten(str(error), 200, placeholder='…')}."
    if result is None or result is ...:
        return words.UNANSWERED
    try:
        if isinstance(result, str) or np.iscomplexobj(result):
            raise TypeError("NumPy would read the text, or leave the imaginary part out")
        return np.array(result, dtype=float)
    except Exception:  # whatever a thing raises that should become a number: it is none
        return words.NO_NUMBERS.format(shown(result))


def agree(value, other, digits):
    """Whether two outcomes are the same: lines word for word, numbers to a unit of the last digit."""
    if isinstance(value, str) or isinstance(other, str):
        return type(value) is type(other) and value == other
    unit = 10.0**-digits if digits else 0
    return value.shape == other.shape and np.isclose(value, other, rtol=1e-9, atol=unit, equal_nan=True).all()


def difference(value, right, digits):
    """How a wrong value differs from the right one, without giving that away."""
    if isinstance(value, str):
        return value
    if value.shape != right.shape:
        return words.SHAPE.format(show(value), value.shape, right.shape or words.SINGLE)
    if right.ndim:
        fits = [agree(one, other, digits) for one, other in zip(value.flat, right.flat)]
        place = np.unravel_index(fits.index(False), right.shape)
        told = difference(value[place], right[place], digits)
        entry = ", ".join(str(index + 1) for index in place)
        return words.ENTRIES.format(show(value), sum(fits), len(fits), entry, told)
    if np.isnan(value):
        return words.IS_NAN
    if digits and abs(value - right) <= 20 * 10.0**-digits:
        return words.CLOSE.format(show(value))
    return (words.TOO_LARGE if value > right else words.TOO_SMALL).format(show(value))


def named_values(task, case):
    """The arguments as the reader sees them: t = [2, 3, 4, 3, 2, 6], y = [...]."""
    return ", ".join(f"{name} = {show(a)}" for name, a in zip(inspect.signature(task.solve).parameters, case))


def show(value):
    """A number or an array in a message, with − and ∞."""
    if np.ndim(value) == 0:
        return f"{value + 0:.7g}".replace("inf", "∞").replace("-", "−").replace("nan", "NaN")
    style = dict(threshold=24, separator=", ", formatter={"float_kind": "{:.4g}".format})
    return " ".join(np.array2string(np.add(value, 0.0), **style).split())


# How a typed answer is read: it is a Python expression, but nothing in it is ever run.

OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
OPERATORS |= {ast.Pow: operator.pow, ast.UAdd: operator.pos, ast.USub: operator.neg}
FUNCTIONS = {"log": np.log, "ln": np.log, "log2": np.log2, "log10": np.log10, "exp": np.exp, "sqrt": np.sqrt}
CONSTANTS = {"pi": np.float64(np.pi), "e": np.float64(np.e), "inf": np.float64(np.inf)}
SIGNS = {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)}  # full-width; not NFKC: 3² is not 32
SIGNS |= dict(zip("−–×·÷₀₁₂\u3000\xa0", "--**/012  "))
SIGNS |= {"²": "**2", "³": "**3", "√": "sqrt", "π": "pi", "∞": "inf", "^": "**"}
# What the parser is not to see. A letter behind a digit, as in 1if, would make it write a warning.
STRANGE = re.compile(r"[^\w\s.+*/()-]|_|\d\.?(?!e[+-]?\d)[a-z]", re.ASCII)


def read(text, whole=False):
    """The value of the arithmetic in `text`, a float64, also inf or NaN. Else a ValueError of one line.

    A comma is a decimal mark, 2,625; where a `whole` number is asked, it also groups thousands, 8,000.
    """
    plain = text.strip().translate(str.maketrans(SIGNS)).lower()
    plain = re.sub(r"(?<=[0-9]),(?=[0-9]{3}\b)", "", plain) if whole else plain
    plain = re.sub(",(?=[0-9])", ".", plain)
    plain = re.sub(r"\b(np|numpy|math)\.(?=[a-z])", "", plain)
    plain = re.sub(r"(?<=[0-9])\s*%(?!\s*[\w.(])", "e-2", plain)
    try:
        if len(text) > 200 or STRANGE.search(plain):
            raise ValueError("no arithmetic")
        with np.errstate(all="ignore"):
            return evaluate(ast.parse(plain, mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # of many brackets, by the version
        readable = ", ".join([*FUNCTIONS, *CONSTANTS])
        raise ValueError(words.CANNOT_READ.format(shown(text.strip()), readable)) from None


def evaluate(node):
    """The value of a parsed expression, if nothing stands in it but what is listed here."""
    match node:
        case ast.Constant(value=int() | float() as number):
            return np.float64(number)
        case ast.Name(id=name) if name in CONSTANTS:
            return CONSTANTS[name]
        case ast.UnaryOp(op=sign, operand=value) if type(sign) in OPERATORS:
            return OPERATORS[type(sign)](evaluate(value))
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in OPERATORS:
            return OPERATORS[type(sign)](evaluate(left), evaluate(right))
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in FUNCTIONS:
            return FUNCTIONS[name](evaluate(argument))
        case _:
            raise ValueError("no arithmetic")
