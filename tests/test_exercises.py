"""The exercises: right answers in many spellings, every mistake by its name, and what cannot be read."""

import html
import inspect
import math
import re

import numpy as np
import pytest
import stored
from hypothesis import given
from hypothesis import strategies as st
from loaded_die import likelihood, words
from loaded_die.exercises import Exercise, check, read
from loaded_die.tasks import TASKS
from scipy import special, stats

T = likelihood.counts(likelihood.ROLLS)
F, LOADED = T / 20, np.array([0.1, 0.1, 0.1, 0.1, 0.1, 0.5])
MISTAKES = [(name, said, way) for name, task in TASKS.items() for said, way in task.mistakes]
NUMBERS = [name for name, task in TASKS.items() if task.asked == "number"]


def answer_to(task, way):
    """What a reader hands over who does it this way: a function, or its value."""
    with np.errstate(all="ignore"):
        return way if task.asked == "function" else way(*task.cases[0])


# Found in another way than the solutions: by SciPy, counting, loops, or into the argument's own place.
ORACLES = {
    "which_share_is_wrong": 4,
    "what_is_wrong_with_the_rows": 2,
    "what_is_different": 2,
    "what_is_left_to_learn": 0.512 - stats.entropy([0.92, *[0.016] * 5]),
    "shares": lambda rolls, faces: [list(rolls).count(k + 1) / len(rolls) for k in range(faces)],
    "rows": lambda rolls, faces: [[face == k + 1 for k in range(faces)] for face in rolls],
    "face_terms": special.xlogy,
    "the_zero": 1 - math.log2(math.ulp(0)),
    "orders_of_a_coin": math.comb(10, 3),
    "log_chance": lambda t, y: special.xlogy(t, y).sum(),
    "mean_in_bits": (stats.entropy(F) + stats.entropy(F, LOADED)) / math.log(2),
    "times_as_probable": stats.multinomial.pmf(T, 20, F) / stats.multinomial.pmf(T, 20, LOADED),
    "mean_loss": lambda rolls, y: np.mean([special.xlogy(-1, y[face - 1]) for face in rolls if face > 0]),
    "message_length": sum({1: 4, 2: 3, 3: 3, 4: 3, 5: 4, 6: 1}[face] for face in likelihood.ROLLS.tolist()),
    "gap": lambda f, y: special.rel_entr(f, y).sum(),
    "what_is_wrong_with_the_climb": 2,
    "stuck_at": 2,
    "safe_softmax": special.softmax,
    "one_step": lambda z, n, rate: np.subtract(z, rate * (special.softmax(z) - n / n.sum()), out=z),
    "batch_loss": lambda t, y: -special.xlogy(t, y).sum(axis=1).mean(),
    "fresh_network": 2,
    "what_has_it_learnt": 2,
    "perplexity_from_bits": math.exp(3.1 * math.log(2)),
    "conditional_entropy": lambda table: stats.entropy(table, axis=1) @ (table.sum(axis=1) / table.sum()),
    "with_temperature": lambda y, tau: special.softmax(special.xlogy(1, y) / tau),
    "share_right": lambda y, k: sum(row.index(max(row)) + 1 == c for row, c in zip(y.tolist(), k)) / len(y),
}


@pytest.mark.parametrize("name", TASKS)
def test_a_solution_is_right_and_no_answer_is_none(name):
    assert (len(TASKS), len(MISTAKES), ORACLES.keys() <= TASKS.keys()) == (36, 236, True)
    for right in (ORACLES.get(name), answer_to(TASKS[name], TASKS[name].solve)):
        assert right is None or str(check(name, right)) == f"Right. {TASKS[name].why}"
    for none in (..., None, answer_to(TASKS[name], lambda *_: ...)):
        assert str(check(name, none)) == "Not yet answered."


@pytest.mark.parametrize(("name", "said", "way"), MISTAKES)
def test_every_mistake_is_named_with_its_own_words(name, said, way):
    verdict = check(name, answer_to(TASKS[name], way))
    assert verdict.kind == "wrong"
    assert said in verdict.text


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_may_be_off_by_a_unit_of_its_last_digit_and_no_more(name):
    task = TASKS[name]
    right, unit = float(answer_to(task, task.solve)), 10.0 ** -(task.digits or 0)
    for off in (0, 0.99, -0.99, 1.1, -1.1, 31, -31):
        verdict = check(name, right + off * unit)
        assert verdict.kind == ("right" if abs(off) < 1 and (off == 0 or task.digits) else "wrong")
        assert verdict.kind == "right" or f"{right:.7g}" not in verdict.text.split()
    assert ("close" if task.digits else "too large") in check(name, right + 3 * unit).text


AT, SIX = "For rolls = [1, 2, 2], y = [0.7, 0.3]: ", [0.125, 9, 0, 0, 0, 0]
AT_ROWS = "For rolls = [1, 2, 2], faces = 2: IndexError: index 2 is out of bounds for axis 0 with size 2."
NO_NUMBERS = " cannot be read as a number or an array of numbers."
NO_SINGLE = " has the shape (2,), and a single number is asked."
ROOT_FOR_SQUARE = "The gap goes with the root of the rolls, so the rolls go with its square."
VERDICTS = [
    ("mean_in_bits", "2.62", "Not yet. 2.62 is close. Was something rounded on the way?"),
    ("mean_in_bits", "36.395/20", f"Read as 1.81975. Not yet. {words.NATS_FOR_BITS}"),
    ("mean_in_bits", "2.625", f"Right. {TASKS['mean_in_bits'].why}"),
    ("slope_towards_four", "1000%", f"Read as 10. Right. {TASKS['slope_towards_four'].why}"),
    ("half_the_gap", "1,41", f"Read as 1.41. Not yet. {ROOT_FOR_SQUARE}"),
    ("the_zero", "1,075", f"Read as 1075. Right. {TASKS['the_zero'].why}"),
    ("slope_towards_four", "1/0", "Read as ∞. Not yet. ∞ is too large."),
    ("slope_towards_four", "0/0", f"Read as NaN. Not yet. {words.IS_NAN}"),
    ("slope_towards_four", [0.2, 0], f"Not yet. [0.2, 0]{NO_SINGLE}"),
    ("slope_towards_four", 2j, f"2j{NO_NUMBERS}"),
    ("load_a_die", "1/8", "Read as 0.125. Not yet. 0.125 has the shape (), and (6,) is asked."),
    ("load_a_die", SIX, f"Not yet. {SIX} has 1 of 6 entries right. Entry 2: 9 is too large."),
    ("load_a_die", [[1], [1, 2]], f"[[1], [1, 2]]{NO_NUMBERS}"),
    ("mean_loss", [0.2], "[0.2] is no function: hand over the name of yours, without brackets."),
    ("mean_loss", lambda rolls, y: 3, f"Not yet. {AT}3 is too large."),
    ("mean_loss", lambda rolls, y: None if len(y) == 2 else 3, f"Not yet. {AT}Not yet answered."),
    ("mean_loss", lambda rolls, y: 1 / 0, f"Not yet. {AT}ZeroDivisionError: division by zero."),
    ("mean_loss", lambda rolls, y: "a", f"Not yet. {AT}'a'{NO_NUMBERS}"),
    ("mean_loss", lambda rolls, y: y, f"Not yet. {AT}[0.7, 0.3]{NO_SINGLE}"),
    ("rows", lambda rolls, faces: np.eye(faces)[rolls], f"Not yet. {AT_ROWS} {words.OFF_BY_ONE}"),
]


@pytest.mark.parametrize(("name", "answer", "line"), VERDICTS)
def test_a_verdict_in_full(name, answer, line):
    assert str(check(name, answer)) == line


@pytest.mark.parametrize("name", ["slope_towards_four", "load_a_die", "mean_loss"])
def test_whatever_a_cell_hands_over_ends_in_a_verdict(name):
    unruly = type("Unruly", (), {"__float__": lambda self: 1 / 0})()
    things = [object(), int, {1}, b"1", iter([1]), [...] * 6, [], [unruly], unruly, True, "1", ["a"]]
    things += [np.array(["a"]), np.array([None, 1], object), np.ones((300, 300)), np.full(6, np.nan)]
    for thing in [*things, np.datetime64("2020"), 10**9999]:
        for answer in (thing, lambda *_, thing=thing: thing):
            verdict = check(name, answer)
            assert verdict.kind in ("open", "wrong"), type(thing)
            assert verdict.text.isprintable()
            assert len(verdict.text) < 700
    with pytest.raises(KeyboardInterrupt):  # but for the stop button
        check("mean_loss", lambda *_: next(interrupted()))


def interrupted():
    raise KeyboardInterrupt
    yield


@pytest.mark.parametrize(("name", "shown"), [("gaps", "'gaps'"), ("x" * 999, "'xxx"), ([], "[]")])
def test_an_unknown_exercise_is_refused_in_one_line(name, shown):
    for ask in (lambda name: check(name, 1), Exercise):
        with pytest.raises(ValueError, match=rf"^there is no exercise {re.escape(shown)}.{{0,150}}$"):
            ask(name)


SPELLINGS = [
    (34.255, "34.255; 34,255;  34.255 ; +34.255; 3.4255e1; ３４．２５５; ３４，２５５; 34.255*1"),
    (-0.3, "-0.3; -0,3; −0,3; -.3; - 0.3; -30%; -3/10; –30 %"),
    (math.log(6), "log(6); ln(6); np.log(6); math.log( 6 ); Log(6); -log(1/6); ｌｏｇ（６）"),
    (20 * math.log(6), "−20·log(1/6); -20 * log(1÷6); 20×ln(6); 0,5*log(6)*40"),
    (math.log2(6), "log2(6); log₂(6); log(6)/log(2); log10(6)/log₁₀(2)"),
    (9, "3²; 3^2; 3**2; (-3)^2; --9; √(81); 2^3+1; 900%"),
    (-9, "-3^2; -3²; (1-10)"),
    (2, "16^0.25; 4^2^-1; 1/20%-3; pi/π*2; log(e**2); exp(0)+1; sqrt(4); 2,000"),
    (1, "(" * 60 + "1" + ")" * 60 + "; " + "-" * 198 + "1"),
    (math.inf, "inf; ∞; -log(0); 2*inf; np.inf; 1/0; 9^9^9^9; 1e999; 1e200*1e200; exp(1000); 0^-1"),
    (-math.inf, "-∞; log(0); log2(0); log10(0); -1/0; 1-exp(1e9)"),
    (math.nan, "0/0; 0*inf; inf-inf; inf/inf; sqrt(-1); log(-1); (-8)^(1/3)"),
]
CANNOT = r"""abc; 35.8 nats; =3; 3€; ½; 2⁴; nan; True; 1j; 0x10; 1_000; __import__('os'); (1).__class__; [1]
1 if 2 else 3; 2inf; 3 4; 2(3); log 6; log(8, 2); log; log(*3); log(a=3); 1.2.3; 1,234.5; 1,00,0; (1; 1); 3*
*3; (); 1//2; 3%2; 007; 3 # x; '3'; '\d'; é; 3 > 2; not 3; ~3; np; np.random; log.e(1); 1,5,2; (yield 1)
1if 2else 3; 0_1or 2; 1.or 2; 1e5or 2; 0or 2; 1else; 1is 2; <b>2</b>"""
CANNOT = [*re.split("; |\n", CANNOT), "3\x00", "\ud800", "3\n4", "(" * 199, "-" * 199, "-" * 9999 + "1"]
PARTS = st.sampled_from([*"0123456789.,+-*/^%() e²−", "log", "ln(", "inf", "1e9", "np.", "sqrt("])


@pytest.mark.parametrize(("value", "texts"), SPELLINGS)
def test_a_number_is_read_as_it_is_meant(value, texts):
    for text in texts.split("; "):
        assert read(text) == pytest.approx(value, rel=1e-14, nan_ok=True), text


@pytest.mark.parametrize("text", CANNOT, ids=lambda text: ascii(text)[:30])
def test_what_cannot_be_read_gets_one_line_that_names_it(text, recwarn):
    verdict = check("slope_towards_four", text)
    assert verdict.kind == "open"
    assert verdict.text[1:].startswith(repr(text[:8])[1:-1])
    assert "cannot be read here. Numbers can, and" in verdict.text
    assert verdict.text.isprintable()
    assert len(verdict.text) <= 200
    assert recwarn.list == []  # the parser's, of 1if


@given(st.lists(PARTS).map("".join) | st.text(), st.booleans())
def test_any_text_is_read_or_refused(text, whole):
    try:
        assert isinstance(read(text, whole), float)
    except ValueError as error:
        said = str(error)
        assert "cannot be read here" in said


def test_an_answer_is_typed_and_judged_and_an_emptied_field_takes_the_verdict_away():
    exercise = Exercise("mean_in_bits")
    line = exercise.children[-1]
    assert (exercise.verdict, exercise.field.continuous_update) == (None, False)
    for text, kind in (("36.395/20", "wrong"), ("<b>2</b>", "open"), ("2,625", "right")):
        exercise.field.value = text
        assert exercise.verdict == check("mean_in_bits", text)
        assert line.value == exercise.verdict._repr_html_()
        assert f'class="die-verdict {kind}" role="status"' in line.value
        assert "<b>" not in line.value
        assert exercise.field.value == text
    exercise.field.value = " "
    assert (exercise.verdict, line.value, line.layout.display) == (None, "", "none")
    exercise.check.click()
    assert (str(exercise.verdict), line.layout.display) == ("Not yet answered.", "")


@pytest.mark.parametrize("name", TASKS)
def test_hint_and_solution_are_folded_below_the_question(name):
    exercise, task = Exercise(name), TASKS[name]
    question, *answering = exercise.children
    assert [exercise.field in row.children for row in answering[:1]] == [True] * (task.asked == "number")
    _, hint, solution = re.sub("</?code>", "`", question.value).split("<details>")
    assert html.unescape(hint) == f"<summary>{words.HINT}</summary><div>{task.hint}</div></details>\n"
    given = list(inspect.signature(task.solve).parameters)
    code = rf"<pre>def {name}\({', '.join(given)}\):\n(?!    \"\"\").*    return [^\n]+</pre>"
    gives = rf"<div>{name}\({given[0]} = .+\) gives .+</div><div>{re.escape(task.why)}</div>"
    assert re.fullmatch(f"<summary>{words.SOLUTION}</summary>{code}{gives}</details>", solution, re.DOTALL)


CELLS = {  # below an exercise, as it stands in the chapter
    "array": 'answer = ...  # your array here\n\ncheck("{0}", answer)',
    "function": 'def {0}{1}:\n    return ...  # your code here\n\n\ncheck("{0}", {0})',
}


@pytest.mark.parametrize("path", stored.chapters(), ids=lambda path: path.stem)
def test_every_chapter_stores_its_exercises_in_order_and_unsolved(path):
    expected = []
    for task in [task for task in TASKS.values() if task.chapter == int(path.stem[:2])]:
        bundle, none = Exercise(task.name)._repr_mimebundle_()[0], check(task.name, ...)
        texts = {key: bundle[key] for key in ("text/plain", "text/markdown")}
        expected.append((f'Exercise("{task.name}")', texts))
        if task.asked != "number":
            cell = CELLS[task.asked].format(task.name, inspect.signature(task.solve))
            expected.append((cell, {"text/plain": repr(none), "text/html": none._repr_html_()}))
    expected[0] = f"from loaded_die.exercises import Exercise, check\n\n{expected[0][0]}", expected[0][1]
    code = [cell for cell in stored.read(path).cells if cell.cell_type == "code"]
    found = [cell for cell in code if re.search(r"^(Exercise|check)\(", cell.source, re.MULTILINE)]
    assert [(cell.source, dict(cell.outputs[0].data)) for cell in found] == expected
