"""Read a typed answer: a number, or arithmetic such as −20·log(1/6). Nothing in it is ever evaluated.

    sum      = product {("+" | "-") product}
    product  = signed {("*" | "/") signed}
    signed   = {"+" | "-"} power
    power    = value ["^" signed]                -2^2 is -4 and 2^3^2 is 2^9, as in Python
    value    = (number | constant | function argument | "(" sum ")") {"%"}
    argument = "(" sum ")" | number | constant   without brackets only where nothing binds to it

A comma: one alone is a decimal mark, so 34,255 is 34.255 and 1,000 is 1; but where a whole number is
asked, 1,000 is a thousand. Two or more, each before three digits, group thousands, as in
977,728,752,000; so does any comma before a point (1,234.5), and any point before a comma (1.234,5).
"""

import math
import re

from . import words

LONGEST, DEEPEST = 200, 30
CONSTANTS = {"pi": math.pi, "e": math.e, "inf": math.inf}
LOGARITHMS = {"log": math.log, "ln": math.log, "log2": math.log2, "log10": math.log10}
FUNCTIONS = LOGARITHMS | {"exp": math.exp, "sqrt": math.sqrt}
READABLE = ", ".join([*FUNCTIONS, *CONSTANTS])

SIGNS = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}  # full-width digits and letters
    | dict.fromkeys("−‐‑–—", "-")
    | dict.fromkeys("×·⋅∙•✕", "*")
    | dict.fromkeys("÷∕⁄", "/")
    | {"π": " pi ", "∞": " inf ", "√": " sqrt ", "²": "^2 ", "³": "^3 "}
)
SUBSCRIPTS = str.maketrans("₀₁₂", "012")  # log₂, log₁₀
OPERATORS = ("+", "-", "*", "/", "^", "**", "%", "(", ")")
TOKEN = re.compile(
    r"""\s+
    | (?P<number> [.,]? [0-9] [0-9.,]* (?: [eE] [+-]? [0-9]+ )? )
    | (?P<word> [^\W\d] \w* (?: \. \w+ )* )
    | (?P<sign> \*\* | . )""",
    re.VERBOSE | re.DOTALL,
)
THOUSANDS = re.compile(r"[1-9]\d{0,2},\d{3}")
PLAIN = re.compile(r"\d+\.?\d*|\.\d+")
COMMA = re.compile(r"\d+,\d*|,\d+")
GROUPED = re.compile(r"\d{1,3}(,\d{3}){2,}|\d{1,3}(,\d{3})+\.\d*")
GROUPED_BY_POINTS = re.compile(r"\d{1,3}(\.\d{3}){2,}|\d{1,3}(\.\d{3})+,\d*")


class Unreadable(ValueError):
    """An answer that cannot be read. Its message is one line for the reader: what, and why."""


def read(text, whole=False):
    """The value of the arithmetic in `text`: a float, perhaps inf, never NaN. Else Unreadable.

    `whole`: a whole number is asked, so that a comma before three digits groups thousands.
    """
    if len(text) > LONGEST:
        raise Unreadable(words.TOO_LONG.format(LONGEST))
    if not text.strip():
        raise Unreadable(words.UNANSWERED)
    return Reader(text, whole).read()


class Reader:
    """One text on its way to a number, token by token. The methods are named after the rules."""

    def __init__(self, text, whole):
        found = TOKEN.finditer(text.translate(SIGNS))
        self.tokens = [(token.lastgroup, token[0]) for token in found if token.lastgroup] + [(None, "")]
        self.whole, self.at, self.depth = whole, 0, 0

    @property
    def kind(self):
        """number, word or sign; None at the end."""
        return self.tokens[self.at][0]

    @property
    def token(self):
        """What is to be read next."""
        return self.tokens[self.at][1]

    @property
    def last(self):
        return self.tokens[self.at - 1][1]

    def take(self, *signs):
        """Step over the next token if it is one of these signs, and say whether it was."""
        found = self.kind == "sign" and self.token in signs
        self.at += found
        return found

    def read(self):
        value = self.sum()
        if self.kind:
            self.refuse_surplus()
        return value

    def sum(self):
        value = self.product()
        while self.take("+", "-"):
            sign, right = self.last, self.product()
            value = checked(value + right if sign == "+" else value - right, sign, value, right)
        return value

    def product(self):
        value = self.signed()
        while self.take("*", "/"):
            sign, right = self.last, self.signed()
            if sign == "/" and right == 0:
                raise Unreadable(words.BY_ZERO)
            value = checked(value * right if sign == "*" else value / right, sign, value, right)
        return value

    def signed(self):
        negative = False
        while self.take("+", "-"):
            negative ^= self.last == "-"
        self.depth += 1  # every way to go deeper leads through here
        if self.depth > DEEPEST:
            raise Unreadable(words.TOO_DEEP.format(quote(self.token), DEEPEST))
        value = self.power()
        self.depth -= 1
        return -value if negative else value

    def power(self):
        value = self.value()
        return call(math.pow, self.last, value, self.signed()) if self.take("^", "**") else value

    def value(self):
        if self.take("("):
            value = self.bracket()
        elif self.kind == "number":
            value = self.number()
        elif self.kind == "word":
            value = self.word()
        else:
            self.refuse_missing()
        while self.take("%"):
            value /= 100
        return value

    def bracket(self):
        value = self.sum()
        if not self.take(")"):
            self.refuse_surplus()
        return value

    def number(self):
        text, self.at = self.token, self.at + 1
        digits, power = re.fullmatch(r"([0-9.,]+)(.*)", text).groups()
        if self.whole and THOUSANDS.fullmatch(digits):
            digits = digits.replace(",", "")
        elif COMMA.fullmatch(digits):
            digits = digits.replace(",", ".")
        elif GROUPED.fullmatch(digits):
            digits = digits.replace(",", "")
        elif GROUPED_BY_POINTS.fullmatch(digits):
            digits = digits.replace(".", "").replace(",", ".")
        elif not PLAIN.fullmatch(digits):
            raise Unreadable(words.NO_NUMERAL.format(quote(text)))
        return checked(float(digits + power), text)

    def word(self):
        self.refuse_unknown()
        name, self.at = known(self.token), self.at + 1
        if name in CONSTANTS:
            return CONSTANTS[name]
        value = self.argument(name)
        if name in LOGARITHMS and value == 0:
            return -math.inf  # as in the chapters
        return call(FUNCTIONS[name], name, value)

    def argument(self, name):
        if self.take("("):
            return self.bracket()
        if self.kind == "number":
            value = self.number()
        elif self.kind == "word" and known(self.token) in CONSTANTS:
            value = self.word()
        else:
            self.refuse_unknown()
            raise Unreadable(words.BRACKETS.format(name, name))
        if self.kind == "sign" and self.token in ("*", "/", "^", "**", "%"):  # log 1/6: the log of what?
            raise Unreadable(words.BRACKETS.format(name, name))
        return value

    def refuse_unknown(self):
        """Refuse the next token if it is none that can stand anywhere."""
        unknown = self.kind == "sign" and self.token not in OPERATORS
        if unknown or (self.kind == "word" and known(self.token) not in CONSTANTS | FUNCTIONS):
            raise Unreadable(words.CANNOT_READ.format(quote(self.token), READABLE))

    def refuse_missing(self):
        """There is no value where one has to be."""
        self.refuse_unknown()
        if self.at:
            raise Unreadable(words.NO_OPERAND.format(quote(self.last)))
        raise Unreadable(words.NO_BEGINNING.format(quote(self.token)))

    def refuse_surplus(self):
        """A value is complete, and what follows does not go on from it."""
        self.refuse_unknown()
        if self.kind is None:
            raise Unreadable(words.NO_CLOSING)
        if self.token == ")":
            raise Unreadable(words.NO_OPENING)
        raise Unreadable(words.NO_OPERATOR.format(quote(self.last), quote(self.token)))


def call(function, name, *operands):
    try:
        value = function(*operands)
    except OverflowError:
        raise Unreadable(words.OUT_OF_RANGE.format(quote(name))) from None
    except ValueError:  # the root of a negative number, 0 to the power of -1
        raise Unreadable(words.NO_VALUE.format(quote(name))) from None
    return checked(value, name, *operands)


def checked(value, name, *operands):
    """The value, unless it is no number, or has outgrown the floats on the way."""
    if math.isnan(value):
        raise Unreadable(words.NO_VALUE.format(quote(name)))
    if math.isinf(value) and all(map(math.isfinite, operands)):
        raise Unreadable(words.OUT_OF_RANGE.format(quote(name)))
    return value


def known(word):
    """A name as it stands in the tables above: np.log, Log and ln₁₀ are made log, log and ln10."""
    return re.sub(r"^(np|numpy|math)\.", "", word.lower().translate(SUBSCRIPTS))


def quote(token, most=20):
    """A token as it may stand in a message: short, and without what no screen can show."""
    shown = token if len(token) <= most else token[:most] + "…"
    return shown if shown.isprintable() else ascii(shown)[1:-1]
