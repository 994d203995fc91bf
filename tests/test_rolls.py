"""The reader's own rolls, read from text: right, or refused with the place and the reason."""

import random
import re
from collections import Counter

import numpy as np
import pytest
from loaded_die import rolls, words

COIN, LETTERS, D20 = ("heads", "tails"), tuple("ABCD"), tuple(map(str, range(1, 21)))


@pytest.mark.parametrize(
    "text",
    [
        "3 1 6",
        "3,1,6",
        "316",
        "3\n1\n6\n",
        "3\r\n1\r\n6",
        "3\r1\r6",
        "３１６",
        "３　１、６",
        "３，１，６",
        "3; 1; 6",
        "3\t1|6",
        "3-1－6",
        "⚂-⚀-⚅",
        "[3, 1, 6]",
        '"3","1","6"',
        "3.0\n1.0\n6.0",
        "03 01 06",
        "⚂⚀⚅",
        "⚂ 1, ６",
        "  31 6  ",
        "\ufeff316",
        "1: 1, 3: 1, 6: 1",
        "6=1\n1=1\n3=1\n2=0",
        "１：１、３：１、６：１",
        "⚀:1 ⚂:1.0 ⚅:01",
        "face\n3\n1\n6\n",
        "\n\nRoll\n3 1\n6",
        "出目\n3\n1\n6",
        "face,who\n3,ann\n1,bob\n6,ann\n",
        "roll;face\n1;3\n2;1\n3;6\n\n",
        ",face\n0,3\n1,1\n2,6",
        "face\tcount\n1\t1\n3\t1\n6\t1\n",
        '"face","day","n"\n"1","1:30","1"\n"3","1:31","1"\n"6","",1',
    ],
)
def test_the_same_three_rolls_however_they_are_written(text):
    assert rolls.read(text).tolist() == [1, 0, 1, 0, 0, 1]
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert rolls.read_bytes(text.encode(encoding)).tolist() == [1, 0, 1, 0, 0, 1]


@pytest.mark.parametrize(
    ("names", "text", "expected"),
    [
        (COIN, "heads tails HEADS", [2, 1]),
        (COIN, "1 2 1, heads", [3, 1]),
        (COIN, "heads: 7, tails: 3", [7, 3]),
        (COIN, "ｈｅａｄｓ、tails", [1, 1]),
        (LETTERS, "abca D", [2, 1, 1, 1]),
        (LETTERS, "A, 2, c", [1, 1, 1, 0]),
        (("表", "裏"), "表裏裏", [1, 2]),
        (("0", "1"), "0110 1", [2, 3]),  # names that are numbers are no places in a row
        (("10", "20", "30"), "30 10, 030", [1, 0, 2]),
        (("b", "a"), "a:2 b:1", [1, 2]),
        (("face", "roll"), "face\nroll\nface", [2, 1]),  # a name before a title
        (D20, "12 20 3 07 3.0", [0, 0, 2, 0, 0, 0, 1] + [0] * 4 + [1] + [0] * 7 + [1]),
        (words.FACES[:2], "⚁ ⚀ 2", [1, 2]),
        (tuple("ABCDEFGHIJKL"), "12 1 LL", [1] + [0] * 10 + [3]),
    ],
)
def test_other_faces_and_other_names(names, text, expected):
    t = rolls.read(text, names)
    assert t.tolist() == expected
    assert t.dtype.kind == "i"


SIX = "this die has the faces 1 to 6"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("3 1 6 2 5 4 9 1", f"roll 7 is 9: {SIX}"),
        ("3162549", f"roll 7 is 9: {SIX}"),
        ("3 1\n6 2\n5 4 9", f"roll 7 (line 3) is 9: {SIX}"),
        ("3 0", f"roll 2 is 0: {SIX}"),
        ("3 -1 6", f"roll 2 is -1: {SIX}"),
        ("3,-1", f"roll 2 is -1: {SIX}"),
        ("3，－1", f"roll 2 is －1: {SIX}"),
        ("3--1", f"roll 2 is -: {SIX}"),
        ("3 1.5", f"roll 2 is 1.5: {SIX}"),
        ("3.1.6", f"roll 1 is 3.1.6: {SIX}"),
        ("3 six", f"roll 2 is six: {SIX}"),
        ("3 ９", f"roll 2 is ９: {SIX}"),
        ("31l6", f"roll 3 is l: {SIX}"),
        ("3 ٣", f"roll 2 is ٣: {SIX}"),
        ("3 \x00", f"roll 2 is '\\x00': {SIX}"),
        ("3 \ud800", f"roll 2 is '\\ud800': {SIX}"),
        ("3 __import__('os')", f"roll 2 is __import__: {SIX}"),
        ("x" * 100, f"roll 1 is {'x' * 19}…: {SIX}"),
        ("", "there are no rolls: at least one is needed"),
        (" ,\n", "there are no rolls: at least one is needed"),
        ("face\n", "there are no rolls: at least one is needed"),
        ("1: 0, 2: 0", "there are no rolls: at least one is needed"),
        ("1: 4, 2: 7, 1: 5", 'entry 3 of the table is "1: 5": this face has a count already'),
        ("1: 4\n⚀: 5", 'entry 2 (line 2) of the table is "⚀: 5": this face has a count already'),
        ("1: 4, 7: 2", f'entry 2 of the table is "7: 2": {SIX}'),
        ("11: 4", f'entry 1 of the table is "11: 4": {SIX}'),
        (
            "1: -4",
            'entry 1 of the table is "1: -4": a count is a whole number from 0 to 1,000,000,000',
        ),
        (
            "1: 2.5",
            'entry 1 of the table is "1: 2.5": a count is a whole number from 0 to 1,000,000,000',
        ),
        (
            "1: 9" + "9" * 5000,
            f'entry 1 of the table is "1: {"9" * 16}…": a count is a whole number from 0 to 1,000,000,000',
        ),
        ("1: 900000000, 2: 100000001", "there are 1,000,000,001 rolls: at most 1,000,000,000 are read"),
        ("1: 4, 2", 'entry 2 of the table is "2": write a face, a colon and a count'),
        ("1: 1,000", 'entry 2 of the table is "000": write a face, a colon and a count'),
        (":", 'entry 1 of the table is ":": write a face, a colon and a count'),
        ("1:: 4", 'entry 1 of the table is "1::": write a face, a colon and a count'),
        ("face,who\n3,ann\n1\n", "a row (line 3) has not as many columns as the first line, 2"),
        ("face,who\n3,ann\n1,b,c\n", "a row (line 3) has not as many columns as the first line, 2"),
        ("face,who\n3,ann\n9,bob\n", f"roll 2 (line 3) is 9: {SIX}"),
        ("count,face\n3,1", "the column count must stand after the column face"),
        ("who,what\n3,1", f"roll 1 (line 1) is who: {SIX}"),
    ],
)
def test_what_cannot_be_read_is_refused_with_place_and_reason(text, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        rolls.read(text)


@pytest.mark.parametrize(
    ("names", "text", "message"),
    [
        (COIN, "heads tails heds", "roll 3 is heds: this die has the faces heads, tails"),
        (COIN, "123", "roll 3 is 3: this die has the faces heads, tails"),
        (("0", "1"), "0 1 2", "roll 3 is 2: this die has the faces 0, 1"),
        (D20, "316", "roll 1 is 316: this die has the faces 1 to 20"),
        (D20, "1 21", "roll 2 is 21: this die has the faces 1 to 20"),
        (tuple("ABCDEFGH"), "A I", "roll 2 is I: this die has the faces A, B, C, D, E, … H"),
    ],
)
def test_the_reason_names_the_faces_of_this_die(names, text, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        rolls.read(text, names)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("6", words.FACES),
        (" ２ ", words.FACES[:2]),
        ("7", tuple("1234567")),
        ("20", D20),
        ("heads, tails", COIN),
        ("表、裏", ("表", "裏")),
        ("A B C D", LETTERS),
        ("0 1", ("0", "1")),
        ("Ａ Ｂ", ("A", "B")),
    ],
)
def test_a_number_of_faces_or_their_names(text, names):
    assert rolls.names_of(text) == names


ONE_WORD = "a name is one word, without a space, comma, colon or hyphen"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1", "the number of faces is 1: a die has 2 to 20"),
        ("21", "the number of faces is 21: a die has 2 to 20"),
        ("9" * 5000, f"the number of faces is {'9' * 19}…: a die has 2 to 20"),
        ("", "the number of names is 0: a die has 2 to 20 faces"),
        ("heads", "the number of names is 1: a die has 2 to 20 faces"),
        (" ".join("ABCDEFGHIJKLMNOPQRSTU"), "the number of names is 21: a die has 2 to 20 faces"),
        ("A b a", "the name of face 3 is a: face 1 has this name already"),
        ("A Ａ", "the name of face 2 is A: face 1 has this name already"),
        ("heads backside", None),
        ("heads tailsides", "the name of face 2 is tailsides: a name has at most 8 letters"),
        ("x:y z", f"the name of face 1 is x:y: {ONE_WORD}"),
        ("- +", f"the name of face 1 is -: {ONE_WORD}"),
        ("a \x00", f"the name of face 2 is '\\x00': {ONE_WORD}"),
    ],
)
def test_bad_names_are_refused_with_the_rule(text, message):
    if message is None:  # eight letters are the most
        assert rolls.names_of(text) == ("heads", "backside")
        return
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        rolls.names_of(text)


@pytest.mark.parametrize(
    "names", [("a", 1), ("a", ""), ("a", "b c"), ("a", "b\n"), ("a", None), ("a", "ｂ，")]
)
def test_names_from_code_keep_the_same_rules(names):
    with pytest.raises(ValueError, match=f"^the name of face 2 is .*: {ONE_WORD}$"):
        rolls.read("1 2", names)


PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (PNG, 1),
        (b"PK\x03\x04\0", 5),
        (b"3 1 \0", 5),
        (b"3 1 \xff", 5),
        ("3".encode("utf-16-le"), 2),
        (b"\xff\xfe1", 3),
    ],
)
def test_what_is_no_text_is_refused(data, place):
    message = rf"^the file is no text \(see place {place}\): save it as text or CSV, in UTF-8$"
    with pytest.raises(ValueError, match=message):
        rolls.read_bytes(data)


def test_a_file(tmp_path):
    path = tmp_path / "rolls.txt"
    path.write_text("3 1 6")
    assert rolls.read_file(path).tolist() == [1, 0, 1, 0, 0, 1]
    with pytest.raises(FileNotFoundError):
        rolls.read_file(tmp_path / "none.txt")


def test_more_than_50_megabytes_are_refused(tmp_path):
    much = b"1" * (rolls.MOST_BYTES + 1)
    path = tmp_path / "much.txt"
    path.write_bytes(much)
    for read, given in [
        (rolls.read_bytes, much),
        (rolls.read_bytes, memoryview(much)),
        (rolls.read_file, path),
    ]:
        with pytest.raises(ValueError, match=r"^the file has more than 50 MB: no more than that is read$"):
            read(given)
    with pytest.raises(
        ValueError, match=r"^the text has 50,000,001 characters: at most 50,000,000 are read$"
    ):
        rolls.read(much.decode())
    assert rolls.read_bytes(much[:-1]).tolist() == [rolls.MOST_BYTES, 0, 0, 0, 0, 0]


@pytest.mark.parametrize("names", [words.FACES, D20, COIN])
@pytest.mark.parametrize("separator", ["\n", ", ", "", "-"])
def test_many_rolls_are_counted_as_few(names, separator):
    """Several pieces long, whose ends fall anywhere; and a fault is found in the last of them."""
    if separator == "" and names != words.FACES:
        return  # these need separators
    faces = np.random.default_rng(1).integers(len(names), size=600_000)
    written = names if names == COIN else D20
    text = separator.join(written[k] for k in faces)
    assert len(text) > 2 * rolls.CHUNK
    assert rolls.read(text, names).tolist() == np.bincount(faces, minlength=len(names)).tolist()
    with pytest.raises(ValueError, match=r"^roll 600,001 (\(line 600,001\) )?is 7"):
        rolls.read(f"{text}{separator}7x", names)
    table = text.replace(separator, ",x\n") if separator == ", " else None
    if table:
        assert rolls.read(f"face,who\n{table},x", names).sum() == 600_000


def test_a_long_run_after_a_space_comes_to_an_end():
    assert rolls.read(" " + "316" * rolls.CHUNK).tolist() == [rolls.CHUNK, 0, rolls.CHUNK, 0, 0, rolls.CHUNK]


# From here on: thousands of texts, whole, damaged, or no rolls at all.

DICE = [words.FACES, words.FACES[:2], COIN, LETTERS, ("0", "1"), ("表", "裏"), D20, tuple("123456789")]
BETWEEN = [" ", ",", ", ", "\n", "\r\n", "\t", "; ", "、", "　", "，", " | "]
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
TO_ASCII = str.maketrans("０１２３４５６７８９", "0123456789")
GARBAGE = [*"0123456789 ,.:;=-+*/\\()[]{}<>'\"#%$&!?_abcABCxyz\n\r\t\0\x1b\x7f", "\u200b", "\ufeff", "\ud800"]
GARBAGE += [*"⚀⚅０９：、。　é表٣²½∞−🎲", "face", "count", "nan", "1e9", "0x1", "=1+1", "heads", "\r\n"]
GARBAGE += ["__import__('os')", "9" * 50]


def rolled(hand, names):
    """A few faces of this die as they may be written, what stands between them, and the counts."""
    faces = [hand.randrange(len(names)) for _ in range(hand.randrange(1, 30))]
    numbers = [str(k + 1) for k in range(len(names))]
    spelling = names if "0" in names else hand.choice([names, numbers])
    case = hand.choice([str, str, str.upper, str.lower])
    width = hand.choice([{}, {}, FULL_WIDTH])
    tokens = [case(spelling[k]).translate(width) for k in faces]
    if hand.random() < 0.2:
        tokens = [
            f"{spelling[k]}{hand.choice(':=：')}{hand.choice([' ', ''])}{n}"
            for k, n in Counter(faces).items()
        ]
        return tokens, hand.choice(BETWEEN), Counter(faces)
    runs = len(names) < 10 if spelling is numbers else max(map(len, names)) == 1
    together = ["", "-"] if runs and all(len(token) == 1 for token in tokens) else []
    return tokens, hand.choice(BETWEEN + 2 * together), Counter(faces)


def damaged(hand, text):
    """The text with a few characters lost, exchanged, or put in."""
    letters = list(text)
    for _ in range(hand.randrange(1, 4)):
        place = hand.randrange(len(letters) + 1)
        letters[place : place + hand.randrange(3)] = hand.choices(GARBAGE, k=hand.randrange(3))
    return "".join(letters)


def letter_by_letter(text, names):
    """The counts of a text of faces with one letter each and commas or spaces; else None."""
    known = {name: k for k, name in enumerate(names)}
    if "0" not in names and len(names) < 10:
        known |= {str(k + 1): k for k in range(len(names))}
    letters = re.sub(r"[\s,]", "", text.translate(TO_ASCII))
    if letters and set(letters) <= set(known) and max(map(len, known)) == 1:
        return Counter(known[letter] for letter in letters)
    return None


def outcome(read, given, names):
    """The counts, or the line that says why there are none."""
    try:
        return Counter(dict(enumerate(read(given, names).tolist())))
    except ValueError as error:
        return str(error)


def test_thousands_of_texts_are_read_right_or_refused_in_one_clear_line():
    hand, tally = random.Random(5), Counter()
    for trial in range(20_000):
        names = hand.choice(DICE)
        tokens, between, expected = rolled(hand, names)
        text, kind = between.join(tokens), ("whole", "one bad", "damaged", "garbage")[trial % 4]
        if kind == "one bad":
            place = hand.randrange(len(tokens) + 1)
            bad = hand.choice(["?", "seven", "-3", "1.5", "\0", "Ω"])
            text = (between.strip("-") or " ").join([*tokens[:place], bad, *tokens[place:]])
        elif kind == "damaged":
            text = damaged(hand, text)
        elif kind == "garbage":
            text = "".join(hand.choices(GARBAGE, k=hand.randrange(40)))
        if kind != "whole":
            expected = letter_by_letter(text, names)
        found = outcome(rolls.read, text, names)
        if isinstance(found, str):
            assert expected is None, (text, names, found)
            assert 20 < len(found) < 200, (text, found)
            assert found.isprintable(), (text, found)
            if kind == "one bad" and not re.search("[:=：]", text):
                assert found.startswith(f"roll {place + 1} "), (text, found)
        else:
            assert kind != "one bad", (text, names)
            assert found.total() > 0, (text, names)
            assert expected is None or found == expected, (text, names)
            tally["compared"] += expected is not None
        tally["refused" if isinstance(found, str) else "read"] += 1
        if "\0" not in text and "\ud800" not in text and not text.startswith("\ufeff"):
            assert outcome(rolls.read_bytes, text.encode(), names) == found
    assert tally["read"] > 5_000
    assert tally["compared"] > 5_000
    assert tally["refused"] > 5_000


def test_thousands_of_texts_for_the_faces_are_names_or_refused_in_one_clear_line():
    hand, tally = random.Random(6), Counter()
    for trial in range(5_000):
        text = hand.choice([", ", " ", "、"]).join(hand.choice(DICE))
        if trial % 2:
            text = damaged(hand, text)
        try:
            names = rolls.names_of(text)
        except ValueError as error:
            names, message = None, str(error)
        if names is None:
            assert trial % 2, text
            assert 20 < len(message) < 200, text
            assert message.isprintable(), text
            tally["refused"] += 1
        else:
            assert rolls.check_names(names) == names
            assert rolls.names_of(rolls.written(names)) == names, text
            tally["read"] += 1
    assert min(tally.values()) > 500
