"""The reader's own rolls: read right, or refused on one line with the place; and the field for them."""

import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from ipywidgets import FileUpload
from loaded_die import rolls, words
from loaded_die.explorers import LossExplorer
from loaded_die.rolls import OwnRolls, names_of, read
from tornado import websocket

COIN, HT = ("heads", "tails"), ("H", "T")
DICE = [*map(names_of, (2, 6, 20)), COIN, HT, ("0", "1"), ("表", "裏"), ("b", "a", "c")]
ODD = [object(), None, 2.5, True, 1, 21, -3, 10**5000, "", "1", "21", "heads", "9" * 5000, "2.5", b"ab"]
ODD += [["a", "A"], ["a", "Ａ"], ["a", 1], ["a", None], ["a", "b c"], ["a", "b,"], ["a", "x:y"], ["a", "(b)"]]
ODD += [["1.", "2."], ["a", "\0"], ["a", "123456789"], range(3), iter(int, 1), np.array(3)]
SAME = ["3 1 6", "3,1,6", "316", "3\n1\n6\n", "3\r\n\r\n1\r6", "３１６", "３　１、６", "[3, 1, 6]\n", "31 6"]
SAME += ['"3","1","6"', "3.0\n1.0\n6.0", "03 1 06", "⚂⚀⚅", "\ufeff3;1|6", "1: 1, 3: 1, 6: 1"]
SAME += ["⚀:1 ⚂:1.0 ⚅:01", "6=1\n3=1\n1=1\n2=0", "１：１、３：１、６：１", '{"1": 1, "3": 1, "6": 1}']
ELSE = ["1.5", "21.5", "33.0", "-1", "1/6", "3²", "٣", "1e3", "2.000", "6.", "six", "1.", "1)", "?", "5-6-24"]


def refused(call, *given):
    """What the ValueError says: on one line of at most 200 characters."""
    with pytest.raises(ValueError) as error:  # noqa: PT011
        call(*given)
    (said,) = str(error.value).splitlines()
    assert len(said) <= 200
    return said


@pytest.mark.parametrize("text", SAME)
def test_the_same_three_rolls_however_they_are_written(text):
    assert read(text).tolist() == [1, 0, 1, 0, 0, 1]
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert rolls.read_bytes(text.encode(encoding)).tolist() == [1, 0, 1, 0, 0, 1]


def test_other_faces_and_other_names():
    assert read("heads tails HEADS", COIN).tolist() == read("1 2 1", COIN).tolist() == [2, 1]
    assert read("HTTH t", HT).tolist() == read("0110 1.0", ("0", "1")).tolist() == [2, 3]
    assert read("30 10 030", ("10", "20", "30")).tolist() == [1, 0, 2]
    assert read("2 2 1", ("2", "1")).tolist() == [2, 1]  # a name that is a number is no place
    assert read("ab a", ("a", "b", "ab")).tolist() == [1, 0, 1]
    assert read("12 1 020", 20).nonzero()[0].tolist() == [0, 11, 19]


@pytest.mark.parametrize("mark", [". ", ") ", ".\t", " ", "\t", ",", ";", ", ", " | "])
@pytest.mark.parametrize("entry", ["3", "316", "⚂", "1: 4"])
def test_a_numbered_list_is_no_list_of_rolls(mark, entry):
    text = "".join(f"{n}{mark}{entry}\n\n" for n in range(1, 12))
    assert refused(read, text).startswith("the lines start with 1, 2, 3 …: ")
    for text in (f"1.{mark}3, 2.{mark}6", f"(1{mark}3), (2{mark}6)", "1. 3\n3. 6", "1) 3 2) 6"):
        assert "roll" in refused(read, text)
    assert read("1\n2\n3").tolist() == [1, 1, 1, 0, 0, 0]
    assert read("1 3\n1 6").tolist() == [2, 0, 1, 0, 0, 1]


def test_lines_of_two_may_be_rolls_or_counts():
    for text in ("6   6\n3   4\n2   3\n4   3", "2,4\n3,5\n4,1", "6 2\n3 1", "heads 2\ntails 1"):
        assert refused(read, text, COIN if "h" in text else 6) == rolls.PAIRS
    for text in ("6 2 3 1", "6 2\n6 1", "6 2\n3 1\n6 4", "6 2\n3"):
        assert read(text).sum() == len(text.split())


def test_a_count_that_may_be_another_number_is_refused():
    for n in ("1,000", "1.000", "1'000", "1 000", "1.5", "1,5", "-4", "1e3", "9" * 5000):
        for text in (f"1: {n}", f"2: {n}, 1: 3", f"1: {n}\n2: {n}"):
            assert "without comma or point: 1: 1000" in refused(read, text)


REFUSED = {
    "3162549": "roll 7 is '9': ",
    "\n\n3 1 6\n25\r\n4 9": "roll 7 (line 5) is '9': ",
    "roll\n3": "roll 1 (line 1) is 'roll': this die has the faces ⚀, ⚁, ⚂, ⚃, ⚄, ⚅ (or 1 to 6 throughout)",
    "3 " + "x" * 300: "roll 2 is 'xxx",
    "1: 4\n2: 3\n1: 5": "'1: 5' (line 3) cannot be read: a table has each face",
    "1: 3 1 6": "'1' cannot be read: a table",
    "1: 0": "there are 0 rolls: 1 to 1,000,000,000 are needed",
} | {f"3 {word}": f"roll 2 is '{word}': this die has the faces ⚀, ⚁" for word in ELSE}


def test_what_cannot_be_read_is_named_with_its_place():
    for text, why in REFUSED.items():
        assert refused(read, text).startswith(why)
    assert "is '2'" in refused(read, "heads 2 tails 1", COIN)  # twice heads, or heads and tails
    rule = "this die has the faces {} (or 1 to {} throughout)"
    assert refused(read, "2 heads", COIN) == f"roll 2 is 'heads': {rule.format('heads, tails', 2)}"
    assert refused(read, "aba", ["a", "b", "ab"]) == f"roll 1 is 'aba': {rule.format('a, b, ab', 3)}"
    assert refused(read, "316", 20).startswith("roll 1 is '316': this die has the faces 1, 2, ")
    for data in (b"\x89PNG\r\n", b"PK\3\4\0", b"3 1 \0", b"3 \xff", "3".encode("utf-16-le")):
        assert refused(rolls.read_bytes, data).startswith("the file is no text that can be read: ")


@given(st.sampled_from(DICE), st.data())
def test_rolls_in_any_layout_are_counted_as_counter_counts_them(names, data):
    faces = data.draw(st.lists(st.integers(0, len(names) - 1), min_size=1, max_size=40))
    numbers = [str(k + 1) for k in range(len(names))]
    spelling = names if "0" in names else data.draw(st.sampled_from([names, numbers]))
    gaps = st.sampled_from([" ", ", ", "\n", "\r\n", "\t", "; ", "、", "　", "，"])
    gap = st.just("") if max(map(len, spelling)) == 1 and data.draw(st.booleans()) else gaps
    text = "".join(spelling[k] + data.draw(gap) for k in faces)
    assume(not re.match(r"0*1\W+\w.*\s+0*2\W+\w", text, re.DOTALL))  # lines that may be numbered
    assume(len(faces) % 2 or len(faces) > 2 * len(names) or "\n" not in text)  # or of two
    t = Counter(faces)
    table = ", ".join(f"{spelling[k]}: {n}" for k, n in t.items())
    for written in (text, text.upper(), f"[{text}]", table):
        assert read(written, names).tolist() == [t[k] for k in range(len(names))]


@given(st.sampled_from(DICE), st.text() | st.text("0123. ,:=-()[\n\r#abhtHT⚀０９：、٣²\0\ufeff"), st.binary())
def test_whatever_it_is_it_is_read_or_refused_on_one_line(names, text, data):
    for call, what in ((read, text), (rolls.read_bytes, data)):
        try:
            assert call(what, names).sum() >= 1
        except ValueError:
            refused(call, what, names)


@pytest.mark.parametrize("gap", ["", "\n"])
def test_a_million_rolls_are_read_or_refused(gap):
    faces = np.random.default_rng(1).integers(1, 7, size=1_000_000)
    text = gap.join(map(str, faces))
    assert read(text).tolist() == np.bincount(faces)[1:].tolist()
    assert refused(read, f"{text} x").startswith("roll 1,000,001 ")
    for text in ("0" * 10**6, " " * 10**6, "a:" * 10**5, "1 " * 10**5 + ":"):
        refused(read, gap + text)  # and comes to an end


def test_faces_are_named_or_numbered():
    for faces in ("2", 2, " ２ ", "2.0", np.int64(2)):
        assert names_of(faces) == words.FACES[:2]
    for faces in ("heads, tails", "heads tails", ["heads", "tails"], np.array(COIN), iter(COIN)):
        assert names_of(faces) == COIN


@pytest.mark.parametrize("faces", ODD, ids=lambda faces: str(type(faces)))
def test_what_is_no_faces_is_refused_and_nothing_changes(faces):
    assert re.match("the (faces are|name of face [12] is) ", refused(names_of, faces))
    explorer = LossExplorer()
    if faces is not None:
        refused(explorer.use, [7, 3], faces)
    assert (explorer.rolls, explorer.names) == (20, words.FACES)


def test_counts_are_whole_and_one_a_face():
    for t in ([1, 2], [[1] * 6], [-1] * 6, [0.5] * 6, [10**9] * 6, [0] * 6, "six", [np.nan] * 6):
        refused(rolls.check_counts, t, words.FACES)
    assert rolls.check_counts(np.float32([1, 0, 3, 0, 0, 7]), words.FACES).tolist() == [1, 0, 3, 0, 0, 7]


SEVEN = hasattr(FileUpload, "_counter")  # ipywidgets 7, as on Colab, where no file can be read twice in a row
OURS = "20 rolls of 6 faces: ⚀: 2, ⚁: 3, ⚂: 4, ⚃: 3, ⚄: 2, ⚅: 6"


@pytest.fixture
def own():
    return OwnRolls(LossExplorer())


def upload(own, data, name="rolls.txt"):
    """What the page sends when a file is chosen."""
    file = dict(name=name, type="text/plain", size=len(data), content=memoryview(data), last_modified=0)
    seven = dict(
        metadata=[dict(file, content=None)],
        data=[memoryview(data)],
        _counter=own.upload.trait_values().get("_counter", 0) + 1,
    )
    own.upload.set_state(seven if SEVEN else {"value": [file]})


def test_rolls_that_can_be_read_take_the_place_of_ours(own):
    assert (own.said, own.faces.value) == (OURS, "6")
    assert own._repr_mimebundle_()[0]["text/plain"] == words.RUN_FOR_ROLLS
    own.text.value = "3 1 6"
    own.put.click()
    assert own.said.startswith("3 rolls of 6 faces: ⚀: 1, ⚁: 0, ⚂: 1")
    own.faces.value, own.text.value = "heads,tails", "heads"
    own.put.click()
    assert own.said == "1 roll of 2 faces: heads: 1, tails: 0"
    assert (own.faces.value, own.explorer.names) == ("heads, tails", COIN)
    own.again.click()
    assert (own.said, own.faces.value, own.explorer.t.sum()) == (OURS, "6", 20)


def test_a_file_is_read_with_the_faces_there_and_read_again_when_chosen_again(own):
    upload(own, b"\xef\xbb\xbf1\r\n2\r\n2\r\n")
    assert own.explorer.t.tolist() == [1, 2, 0, 0, 0, 0]
    assert 10_000_000 + 100_000 < websocket._default_max_message_size  # as words.UPLOAD_LIMIT says
    own.faces.value = "2"  # nothing is read until something is asked for
    assert own.explorer.names == words.FACES
    for _ in range(1 if SEVEN else 2):
        upload(own, b"1\r\n2\r\n2\r\n")
        assert own.explorer.t.tolist() == [1, 2]
        assert SEVEN or own.upload.value == ()
        own.explorer.use([7, 3])
    upload(own, b"\x89PNG", "<i>.png")
    assert own.said.startswith("Not read: '<i>.png', the file is no text")
    assert own.explorer.t.tolist() == [7, 3]


def test_the_field_follows_what_is_done_from_code_and_keeps_what_is_typed(own, tmp_path):
    own.text.value = "3 1 6 ?"
    own.explorer.use([7, 3], "heads, tails")
    assert (own.said, own.faces.value) == ("10 rolls of 2 faces: heads: 7, tails: 3", "heads, tails")
    (tmp_path / "rolls.txt").write_text("1 2 1")
    own.explorer.use_file(tmp_path / "rolls.txt")
    assert own.said == "3 rolls of 2 faces: heads: 2, tails: 1"
    assert (own.text.value, own.explorer.t.tolist()) == ("3 1 6 ?", [2, 1])
    for names in [*map(names_of, range(2, 21)), COIN, ("7", "8"), ("表", "裏")]:
        own.explorer.use([1] * len(names), names)
        assert names_of(own.faces.value) == names
