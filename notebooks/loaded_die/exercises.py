"""Exercises that say what went wrong: a field for a typed answer, `check` for one from a cell.

An answer is compared with the solution first, then with every known mistake, and only then called
too large or too small. What is asked, and what the mistakes are, stands in `exercise_list`.
"""

import inspect
import re
import textwrap
from dataclasses import dataclass
from html import escape

import numpy as np
from ipywidgets import HTML, Button, HBox, Layout, Text, VBox

from . import words
from .arithmetic import Unreadable, quote, read
from .exercise_list import TASKS

FIT, FIELD = Layout(width="auto"), Layout(width="180px")
COLOURS = {"right": "#009e73", "wrong": "#d55e00", "open": "#8c8c8c"}  # of the line beside a verdict
STYLE = """<style>
.die-exercise { max-width: 780px; margin: 4px 0; padding: 10px 14px 12px; gap: 8px;
    border: 1px solid var(--jp-border-color2); border-radius: 4px; background: var(--jp-layout-color1); }
.die-exercise > *, .die-exercise .widget-hbox > :first-child { margin-left: 0; }
.die-exercise .widget-html, .die-exercise .widget-html-content { margin: 0; min-width: 0; flex: 1 1 auto; }
.die-exercise .widget-html-content { font-size: var(--jp-content-font-size1); line-height: 1.5; }
.die-exercise code { font: 0.93em var(--jp-code-font-family); background: var(--jp-layout-color2); }
.die-exercise pre { margin: 0 0 6px; padding: 8px 12px; background: var(--jp-layout-color2); overflow-x: auto;
    color: inherit; font: 13px/1.5 var(--jp-code-font-family); white-space: pre; }
</style>"""


class Exercise(VBox):
    """An exercise on the page: question, hint and solution; for a number also a field to type it in.

    `name` is one of `exercise_list.TASKS` (else a ValueError). `verdict` is what was said last,
    None before that. Arrays and functions are answered in a cell, with `check`.
    """

    def __init__(self, name):
        self.task = find(name)
        place = self.task.chapter, self.task.number
        self.title, self.verdict = words.EXERCISE.format(*place), None
        question = HTML(f"{STYLE}<div><b>{self.title}</b>&ensp;{marked(self._question)}</div>")
        # The field's value arrives with Enter, or when the hand leaves it. Letter by letter, a
        # click on "Check" could overtake the last one.
        name = words.ANSWER.format(*place)
        digits = words.DECIMALS.format(self.task.digits) if self.task.digits else ""
        empty = words.PLACEHOLDER + digits
        self.field = Text(placeholder=empty, tooltip=name, continuous_update=False, layout=FIELD)
        self.check = Button(description=words.CHECK, layout=FIT)
        self.hint = Button(description=words.HINT, layout=FIT)
        self.solution = Button(description=words.SOLUTION, layout=FIT)
        self._said, self._hint, self._solution = (HTML(layout=Layout(display="none")) for _ in range(3))
        self.field.observe(lambda change: self._answered(change.new), "value")
        self.check.on_click(lambda _: self._judge(self.field.value))
        self.hint.on_click(lambda _: self._toggle_hint())
        self.solution.on_click(lambda _: self._toggle_solution())
        answering = [self.field, self.check] if self.task.asked == "number" else []
        row = HBox([*answering, self.hint, self.solution], layout=Layout(flex_flow="row wrap"))
        super().__init__([question, row, self._said, self._hint, self._solution])
        self.add_class("die-exercise")

    @property
    def _question(self):
        cell = "" if self.task.asked == "number" else " " + words.IN_A_CELL
        return self.task.question + cell

    def _answered(self, text):
        """Judge what was typed; a field that was emptied takes the last verdict away."""
        if text.strip():
            self._judge(text)
        else:
            self.verdict = None
            put(self._said, "")

    def _judge(self, text):
        self.verdict = judge(self.task, text)
        put(self._said, self.verdict._repr_html_())

    def _toggle_hint(self):
        opening = not self._hint.value
        put(self._hint, f"<div><b>{words.HINT}</b>&ensp;{marked(self.task.hint)}</div>" if opening else "")
        self.hint.description = words.HIDE_HINT if opening else words.HINT

    def _toggle_solution(self):
        opening = not self._solution.value
        put(self._solution, self._solution_html() if opening else "")
        self.solution.description = words.HIDE_SOLUTION if opening else words.SOLUTION

    def _solution_html(self):
        """The solution's own source, what it gives, and why."""
        source = inspect.getsource(self.task.solve)
        lines = [f"<pre>{escape(source[source.index('def ') :].strip())}</pre>"]
        if self.task.asked != "function":
            (given,) = self.task.tests
            value = show(outcome(self.task.solve, given))
            gives = words.GIVES.format(self.task.name, named_values(self.task, given), value)
            lines.append(f"<div>{escape(gives)}</div>")
        return "".join([*lines, f"<div>{marked(self.task.why)}</div>"])

    def _repr_mimebundle_(self, **kwargs):
        """The live widget; the question for wherever no kernel runs."""
        text = f"{self.title}. {self._question}"
        plain = {"text/plain": textwrap.fill(text, 90), "text/markdown": f"**{self.title}** {self._question}"}
        return super()._repr_mimebundle_(**kwargs) | plain


@dataclass(frozen=True)
class Verdict:
    """What is said to an answer. `kind` is "right", "wrong" or "open" (none yet, or unreadable)."""

    kind: str
    text: str

    def __repr__(self):
        return self.text

    def _repr_html_(self):
        colour = COLOURS[self.kind]  # "1a": a tint of it, for a light and for a dark page
        style = (
            f"border-left: 3px solid {colour}; background: {colour}1a; padding: 4px 10px; max-width: 740px"
        )
        return f'<div class="die-verdict {self.kind}" role="status" style="{style}">{marked(self.text)}</div>'


def check(name, answer):
    """The verdict on an answer from a cell: a number, an array or a function, as the exercise asks.

    `name` is the exercise's (else a ValueError); `...` and None are no answer yet.
    """
    return judge(find(name), answer)


def find(name):
    if name not in TASKS:
        raise ValueError(words.NO_EXERCISE.format(name, ", ".join(TASKS)))
    return TASKS[name]


def judge(task, answer):
    """The verdict on an answer to the task; a text is read as arithmetic first."""
    if answer is None or answer is ...:
        return Verdict("open", words.UNANSWERED)
    if task.asked == "function":
        return judge_function(task, answer) if callable(answer) else refuse(words.NO_FUNCTION, answer)
    prefix = ""
    if isinstance(answer, str):
        try:
            answer, typed = read(answer, whole=task.digits is None), answer
        except Unreadable as error:
            return Verdict("open", str(error))
        if typed.strip() != show(answer) and not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", typed.strip()):
            prefix = words.READ_AS.format(show(answer))
    value = numbers(answer)
    if value is None:
        return refuse(words.NO_ARRAY if task.asked == "array" else words.NO_NUMBER, answer)
    verdict = judge_value(task, value)
    return Verdict(verdict.kind, prefix + verdict.text)


def refuse(reason, answer):
    return Verdict("open", reason.format(show(answer)))


def judge_value(task, value):
    (given,) = task.tests
    right = outcome(task.solve, given)
    wrong = [(reason, outcome(mistake(task.solve), given)) for reason, mistake in task.mistakes]
    if agree(value, right, task.digits):
        return Verdict("right", words.RIGHT.format(task.why))
    for reason, result in wrong:
        if agree(value, result, task.digits):
            return Verdict("wrong", words.WRONG.format(reason))
    if value.ndim == 0 and task.digits:
        for digits in range(task.digits - 1, 0, -1):
            if rounded(value, right, digits):
                fewer = words.FEWER_DIGITS.format(show(value), task.digits)
                return Verdict("wrong", words.WRONG.format(fewer))
            for reason, result in wrong:
                if rounded(value, result, digits):
                    return Verdict("wrong", words.WRONG.format(reason))
    return Verdict("wrong", words.WRONG.format(difference(value, right, task.digits)))


def judge_function(task, function):
    """Compare the function with the solution on every test, and say where it first differs."""
    results = [outcome(function, given) for given in task.tests]
    if all(result is None or result is ... for result in results):
        return Verdict("open", words.UNANSWERED)
    rights = [outcome(task.solve, given) for given in task.tests]
    fits = [agree(result, right, task.digits) for result, right in zip(results, rights)]
    if all(fits):
        return Verdict("right", words.RIGHT.format(task.why))
    first = fits.index(False)
    result, right = results[first], rights[first]
    if isinstance(result, Exception):
        told = f"{type(result).__name__}: {quote(' '.join(str(result).split()), 200)}."
    elif not isinstance(result, np.ndarray):
        told = words.NO_ARRAY.format(show(result))
    elif result.ndim:
        told = f"{show(result)}. {difference(result, right, task.digits)}"
    else:
        told = difference(result, right, task.digits)
    told = words.FOR.format(named_values(task, task.tests[first]), told)
    reason = named(task, results, fits)
    if reason and not isinstance(result, Exception):
        return Verdict("wrong", words.WRONG.format(reason))
    return Verdict("wrong", words.WRONG.format(f"{told} {reason or ''}".rstrip()))


def named(task, results, fits):
    """The words for the mistake that gives these results; None if no known one does.

    It has to agree on every test. Where none does, a second mistake may have made some results NaN,
    so those are left out, as long as a wrong one remains.
    """
    ordinary = [isinstance(result, np.ndarray) and not np.isnan(result).any() for result in results]
    for tests in ([True] * len(results), ordinary):
        where = [i for i, counts in enumerate(tests) if counts]
        if all(fits[i] for i in where):
            continue
        for reason, mistake in task.mistakes:
            wrong = mistake(task.solve)
            if all(agree(results[i], outcome(wrong, task.tests[i]), task.digits) for i in where):
                return reason
    return None


def outcome(function, given):
    """What the function makes of its own copies of the arguments: an array if it can be one.

    An exception is a result as well, to be told to the reader in its own words.
    """
    copies = [value.copy() if isinstance(value, np.ndarray) else value for value in given]
    try:
        with np.errstate(all="ignore"):  # inf and NaN are judged, and spoken of, in the verdict
            result = function(*copies)
    except Exception as error:
        return error
    value = numbers(result)
    if value is None:
        return result.tolist() if isinstance(result, np.ndarray) else result  # an array of words, say
    return value


def numbers(value):
    """A new float array of any shape, or None where `value` is none."""
    if value is None or value is ... or isinstance(value, str):
        return None
    try:
        return None if np.iscomplexobj(value) else np.array(value, dtype=float)
    except Exception:  # whatever a thing raises that should become a number: it is none
        return None


def agree(value, other, digits):
    """Whether two outcomes are the same: errors in type and words, numbers to a unit of the last digit."""
    if isinstance(value, Exception) or isinstance(other, Exception):
        return type(value) is type(other) and str(value) == str(other)
    if not isinstance(value, np.ndarray) or not isinstance(other, np.ndarray) or value.shape != other.shape:
        return False
    unit = 0 if digits is None else 10.0**-digits
    return bool(np.isclose(value, other, rtol=1e-9, atol=unit, equal_nan=True).all())


def rounded(value, other, digits):
    """Whether one number is another, rounded to so many decimals."""
    return isinstance(other, np.ndarray) and other.ndim == 0 and bool(value == other.round(digits) != 0)


def difference(value, right, digits):
    """How a wrong value differs from the right one, without giving that away."""
    if value.shape != right.shape:
        return words.SHAPE.format(value.shape, right.shape or words.SINGLE)
    if right.ndim:
        fits = np.array(
            [agree(a, b, digits) for a, b in zip(map(np.asarray, value.flat), map(np.asarray, right.flat))]
        )
        place = np.unravel_index(fits.argmin(), right.shape)
        entry = ", ".join(str(index + 1) for index in place)
        return words.ENTRIES.format(
            fits.sum(), fits.size, entry, difference(value[place], right[place], digits)
        )
    if np.isnan(value):
        return words.IS_NAN
    if digits and abs(value - right) <= 20 * 10.0**-digits:
        return words.CLOSE.format(show(value))
    return (words.TOO_LARGE if value > right else words.TOO_SMALL).format(show(value))


def named_values(task, given):
    """The arguments as the reader sees them: t = [2 3 4 3 2 6], y = [...]."""
    return ", ".join(
        f"{name} = {show(value)}" for name, value in zip(inspect.signature(task.solve).parameters, given)
    )


def show(value):
    """A value in a message: a number with its minus and ∞, an array, other things as Python has them."""
    array = numbers(value)
    if array is None:
        try:
            return quote(repr(value), 60)
        except Exception:  # it may be anything: an int of ten thousand digits, say, has no repr
            return type(value).__name__
    if array.ndim == 0:
        return f"{array + 0:.7g}".replace("inf", "∞").replace("-", "−")
    text = np.array2string(
        array + 0, threshold=24, separator=", ", formatter={"float_kind": lambda entry: f"{entry:.4g}"}
    )
    return " ".join(text.split())


def marked(text):
    """A line of words as HTML, `code` in code type."""
    return re.sub("`([^`]*)`", r"<code>\1</code>", escape(text, quote=False))


def put(panel, html):
    """Show the HTML in the panel, which takes no room while there is none."""
    panel.value, panel.layout.display = html, "" if html else "none"
