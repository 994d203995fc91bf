"""Typed answers: what is read, and as what; what is refused, and why; and ten thousand more."""

import ast
import math
import random
import re
from fractions import Fraction

import pytest
from loaded_die import arithmetic, words
from loaded_die.arithmetic import Unreadable, read

SPELLINGS = [
    (
        34.255,
        "34.255",
        "34,255",
        " 34.255 ",
        "+34.255",
        "34.255e0",
        "3,4255e1",
        "３４．２５５",
        "３４，２５５",
    ),
    (34.254, "20*1.7127", "20 × 1.7127", "20·1,7127", "1.7127*20", "(20)*1.7127", "２０＊１．７１２７"),
    (
        math.log(6),
        "log(6)",
        "ln(6)",
        "ln 6",
        "log 6",
        "np.log(6)",
        "math.log(6)",
        "Log(6)",
        "-log(1/6)",
        "ｌｏｇ（６）",
    ),
    (20 * math.log(6), "−20·log(1/6)", "-20*log(1/6)", "–20 ∙ ln(1÷6)", "20*log 6", "-(20*log(1/6))"),
    (1 / 6, "1/6", "1÷6", "１／６", "(1/6)", "6^-1", "6**-1", "2/12"),
    (math.log2(6), "log2(6)", "log₂(6)", "log(6)/log(2)", "log2 6"),
    (math.log10(6), "log10(6)", "log₁₀ 6"),
    (math.sqrt(2), "sqrt(2)", "√2", "√(2)", "2^0.5", "2**(1/2)", "sqrt 2"),
    (9.0, "3²", "3^2", "3**2", "(-3)^2", "--9", "3*3", "27/3", "9.", "9,"),
    (-9.0, "-3^2", "−3²", "-9", "－９", "- 9"),
    (512.0, "2^3^2", "2**3**2", "2³ * 2^6"),
    (math.pi, "pi", "π", "PI", "1*π", "π/1"),
    (math.e, "e", "exp(1)", "E", "e^1"),
    (math.inf, "inf", "∞", "-log(0)", "−ln 0", "np.inf", "2*inf", "+∞"),
    (-math.inf, "-inf", "−∞", "log(0)", "log2 0"),
    (0.3, "0.3", ".3", ",3", "30%", "30 %", "３０％", "3e-1"),
    (1.0, "1,000", "1.000", "1"),
    (977728752000.0, "977,728,752,000", "977.728.752.000", "977728752000"),
    (61.0, "1+" * 60 + "1", "(1)+" * 45 + "16", "((((((((((61))))))))))"),
    (1234.5, "1,234.5", "1.234,5", "1234.5"),
]


@pytest.mark.parametrize(("value", "text"), [(row[0], text) for row in SPELLINGS for text in row[1:]])
def test_a_number_is_read_however_it_is_written(value, text):
    assert read(text) == pytest.approx(value, rel=1e-14)


def test_where_a_whole_number_is_asked_a_comma_groups_thousands():
    assert read("8,000") == 8
    assert read("8,000", whole=True) == 8000
    assert read("977,728,752,000", whole=True) == 977728752000
    assert read("0,125", whole=True) == 0.125
    assert read("34,25", whole=True) == 34.25


REFUSED = [
    ("abc", "“abc” cannot be read"),
    ("35.8 nats", "“nats” cannot be read"),
    ("=3", "“=” cannot be read"),
    ("3€", "“€” cannot be read"),
    ("½", "“½” cannot be read"),
    ("nan", "“nan” cannot be read"),
    ("__import__('os').system('true')", "“__import__” cannot be read"),
    ("().__class__", "After “(” a number is missing"),
    ("lambda: 1", "“lambda” cannot be read"),
    ("3\x00", "“\\x00” cannot be read"),
    ("\ud800", "“\\ud800” cannot be read"),
    ("<b>3</b>", "“<” cannot be read"),
    ("1 000", "Between “1” and “000” a sign is missing"),
    ("20 log 6", "Between “20” and “log” a sign is missing"),
    ("2(3)", "Between “2” and “(” a sign is missing"),
    ("2e", "Between “2” and “e” a sign is missing"),
    ("log(8, 2)", "Between “8,” and “2” a sign is missing"),
    ("log 1/6", "What does “log” apply to?"),
    ("log log 6", "What does “log” apply to?"),
    ("ln 6 / ln 2", "What does “ln” apply to?"),
    ("log -6", "What does “log” apply to?"),
    ("sqrt", "What does “sqrt” apply to?"),
    ("1.2.3", "“1.2.3” is no number"),
    ("1,00,000", "“1,00,000” is no number"),
    ("(1", "A “)” is missing"),
    ("log(1/6", "A “)” is missing"),
    ("1)", "A “)” has no “(”"),
    ("3*", "After “*” a number is missing"),
    ("3*/4", "After “*” a number is missing"),
    ("()", "After “(” a number is missing"),
    ("*3", "Before “*” a number is missing"),
    (")", "Before “)” a number is missing"),
    ("1/0", "Nothing can be divided by 0"),
    ("1/(3-3)", "Nothing can be divided by 0"),
    ("10**10**10", "“**” leads to a number that is too large"),
    ("9^9^9^9", "“^” leads to a number that is too large"),
    ("1e999", "“1e999” leads to a number that is too large"),
    ("1e200*1e200", "“*” leads to a number that is too large"),
    ("exp(1000)", "“exp” leads to a number that is too large"),
    ("sqrt(-1)", "“sqrt” has no value here"),
    ("log(-1)", "“log” has no value here"),
    ("(-8)^(1/3)", "“^” has no value here"),
    ("0^-1", "“^” has no value here"),
    ("0*inf", "“*” has no value here"),
    ("inf-inf", "“-” has no value here"),
    ("(" * 99 + "1" + ")" * 99, "“(” stands too deep"),
    ("2^" * 99 + "2", "“2” stands too deep"),
    ("1" * 201, "too long to be read: at most 200 characters"),
    ("", "Not yet answered"),
    (" \t\n　", "Not yet answered"),
]


@pytest.mark.parametrize(("text", "reason"), REFUSED, ids=lambda value: ascii(value)[:30])
def test_what_cannot_be_read_is_named(text, reason):
    with pytest.raises(Unreadable) as refusal:
        read(text)
    assert reason in str(refusal.value)


# The fuzz test: valid answers with their values, the same damaged, and garbage.


def some_number(hand):
    """A number: its text and its exact value."""
    digits = str(hand.choice([hand.randrange(10), hand.randrange(100), hand.randrange(10**6)]))
    if hand.random() < 0.5:
        return digits, Fraction(digits)
    fraction = f"{hand.randrange(10**4):0{hand.randint(1, 4)}d}"
    return digits + hand.choice(".,") + fraction, Fraction(f"{digits}.{fraction}")


def some_value(hand, depth):
    """Arithmetic with its value, a Fraction as long as it is rational, and how tightly it binds."""
    if depth == 0 or hand.random() < 0.2:
        return *some_number(hand), 4
    kind = hand.choice("++--**//^%nfc(")
    text, value, binds = some_value(hand, depth - 1)
    if kind == "(":
        return f"({text})", value, 4
    if kind == "c":
        name = hand.choice(["pi", "e", "π"])
        return name, math.e if name == "e" else math.pi, 4
    if kind == "f":
        name = hand.choice(["log", "ln", "log2", "log10", "sqrt", "√"])
        function = {"ln": math.log, "√": math.sqrt}.get(name) or getattr(math, name)
        positive, size = f"(1+({text})^2)", 1 + float(value) ** 2
        return name + positive, function(size), 4
    if kind == "n":
        return "-" + bracketed(text, binds, 2), -value, 2
    if kind == "^":
        power = hand.randint(0, 3)
        return bracketed(text, binds, 4) + hand.choice(["^", "**"]) + str(power), value**power, 3
    if kind == "%":
        return bracketed(text, binds, 4) + "%", value / 100, 4
    other, second, binds_too = some_value(hand, depth - 1)
    if kind in "+-":
        result = value + second if kind == "+" else value - second
        return bracketed(text, binds, 0) + kind + bracketed(other, binds_too, 1), result, 0
    if kind == "/" and second == 0:
        kind = "*"
    result = value * second if kind == "*" else value / second
    return bracketed(text, binds, 1) + kind + bracketed(other, binds_too, 2), result, 1


def bracketed(text, binds, needed):
    return text if binds >= needed else f"({text})"


TYPED = {"-": "-−–－", "*": "*×·⋅＊", "/": "/÷／", "(": "(（", ")": ")）", "+": "+＋", "%": "%％"}


def typed(hand, text):
    """The same as another hand would type it: with other signs, full-width digits, spaces."""
    wide = hand.random() < 0.1
    parts = []
    for part in re.findall(r"\*\*|[0-9]+[.,]?[0-9]*|[a-z]+[0-9]*|.", text):
        if part in TYPED:
            part = hand.choice(TYPED[part])
        elif wide and part[0].isdigit():
            part = part.translate({ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789.,"})
        parts.append(part)
    return hand.choice(["", "", " "]).join(parts)


def damaged(hand, text):
    """The text with a few characters lost, doubled, swapped or put in."""
    letters = list(text)
    for _ in range(hand.randint(1, 4)):
        place = hand.randrange(len(letters) + 1)
        kind = hand.choice(["lose", "double", "swap", "add", "cut"])
        if kind == "add":
            letters.insert(place, hand.choice("0123456789.,+-*/^%() eElogxpi√∞−×=_<&\x00\u200b\ud800é₂²"))
        elif kind == "cut":
            letters = letters[:place]
        elif place < len(letters):
            letters[place : place + 1] = {"lose": [], "double": 2 * [letters[place]]}.get(
                kind, [letters[place - 1]]
            )
    return "".join(letters)


def garbage(hand):
    kind = hand.randrange(4)
    if kind == 0:
        return "".join(chr(hand.randrange(0x110000)) for _ in range(hand.randint(0, 30)))
    if kind == 1:
        return "".join(hand.choice("0123456789.,+-*/() ") for _ in range(hand.randint(1, 14)))
    if kind == 2:
        parts = [
            "log",
            "np.",
            "e",
            "1e9",
            "**",
            "^",
            "(",
            ")",
            "10",
            ",",
            ".",
            "%",
            "inf",
            "−",
            "sqrt",
            " ",
            "0/0",
        ]
        return "".join(hand.choice(parts) for _ in range(hand.randint(1, 30)))
    return (
        hand.choice(["(", "-", "2**", "9^", "√", "1,", "1e308*", "log ", "10**10"]) * hand.randint(1, 120)
        + "1"
    )


def answers(seed, n):
    """n answers: the text, and its value where it is a valid one (None: not known)."""
    hand = random.Random(seed)
    for i in range(n):
        text, value, _ = some_value(hand, hand.randint(0, 4))
        if i % 3 == 0:
            yield typed(hand, text), value
        else:
            yield (damaged(hand, typed(hand, text)) if i % 3 == 1 else garbage(hand)), None


def test_ten_thousand_answers_end_in_a_reading_or_in_one_line():
    read_right, refused = 0, 0
    for text, value in answers(seed=5, n=15_000):
        try:
            found = read(text)
        except Unreadable as refusal:
            line = str(refusal)
            assert line.isprintable(), ascii(text)
            assert 5 < len(line) < 200, ascii(text)
            # A valid one may be too long or too large, or overflow on its way.
            assert value is None or len(text) > 200 or "too large" in line, (text, line)
            refused += 1
            continue
        assert isinstance(found, float), ascii(text)
        assert not math.isnan(found), ascii(text)
        if value is not None:
            assert math.isclose(found, value, rel_tol=1e-6, abs_tol=1e-6), text
            read_right += 1
    assert read_right > 4000
    assert refused > 4000


def as_python_has_it(node):
    """The value of parsed arithmetic in floats; ValueError if it is anything else."""
    match node:
        case ast.Expression():
            return as_python_has_it(node.body)
        case ast.Constant(value=int() | float()):
            return float(node.value)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd()):
            value = as_python_has_it(node.operand)
            return -value if isinstance(node.op, ast.USub) else value
        case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div() | ast.Pow()):
            a, b = as_python_has_it(node.left), as_python_has_it(node.right)
            match node.op:
                case ast.Add():
                    return a + b
                case ast.Sub():
                    return a - b
                case ast.Mult():
                    return a * b
                case ast.Div():
                    return a / b
            return math.pow(a, b)
    raise ValueError("no arithmetic")


def test_python_reads_the_same_in_the_same_signs():
    hand, same, neither = random.Random(7), 0, 0
    for _ in range(20_000):
        text = "".join(hand.choice("01234567.+-**/() ") for _ in range(hand.randint(1, 9))).strip()
        if re.search(r"(?<![\d.])0\d|//", text) or not text:
            continue  # Python refuses 007, and // is another sign
        try:
            value = as_python_has_it(ast.parse(text, mode="eval"))
        except (SyntaxError, ValueError, OverflowError, ZeroDivisionError):
            value = None
        try:
            found = read(text)
        except Unreadable:
            found = None
        assert found == value, text
        same, neither = same + (value is not None), neither + (value is None)
    assert same > 1000
    assert neither > 1000


def test_every_word_of_a_refusal_can_be_met():
    block = [words.CANNOT_READ, words.NO_NUMERAL, words.TOO_LONG, words.TOO_DEEP, words.OUT_OF_RANGE]
    block += [words.NO_VALUE, words.BY_ZERO, words.NO_OPERAND, words.NO_BEGINNING, words.NO_OPERATOR]
    block += [words.NO_CLOSING, words.NO_OPENING, words.BRACKETS, words.UNANSWERED]
    for line in block:
        beginning = max(re.split(r"{}|“|”", line), key=len)
        assert any(reason and beginning in message(text) for text, reason in REFUSED), line


def message(text):
    with pytest.raises(Unreadable) as refusal:
        read(text)
    return str(refusal.value)


def test_the_names_it_says_it_can_read_it_can():
    for name in arithmetic.READABLE.split(", "):
        assert read(name if name in arithmetic.CONSTANTS else f"{name}(2)") > 0
