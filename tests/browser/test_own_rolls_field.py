"""A reader's own rolls in a real JupyterLab: typed, pasted, uploaded, refused, and the 20 rolls again."""

import numpy as np
import pytest
from jupyter import CHAPTERS, QUIET, Chapter
from loaded_die import own_rolls, pictures, rolls
from test_chapters import BOXES, CUT_OFF, agree, assert_the_loss, overlaps

OURS = [2, 3, 4, 3, 2, 6]
LONG = "backside, frontier, leftmost, rightest, bottomup, mountain"
# In the page: the fields and buttons around the explorer, as `BOXES` has its parts.
FIELDS = """() => {
    const own = document.querySelector('.own-rolls'), page = own.getBoundingClientRect();
    return [...own.querySelectorAll('textarea, input[type=text], label, button, .said')]
        .filter(element => !element.closest('.loaded-die') && element.offsetParent)
        .map(element => {
            const {left, right, top, bottom} = element.getBoundingClientRect();
            return {name: element.textContent || element.localName, left, right, top, bottom,
                    cut: left < page.left - 1 || right > page.right + 1
                        || (element.localName !== 'input' && element.scrollWidth > element.clientWidth + 1)};
        });
}"""


CHOSEN = [name for name in CHAPTERS if name[:2] in ("01", "03", "04", "06")]


@pytest.fixture(scope="module", params=CHOSEN)
def opened(request, browser):
    chapter = Chapter(browser, request.getfixturevalue("lab"), request.param)
    chapter.run_all()
    # From here on `explorer` is the one below the field, in the page as in the kernel.
    chapter.page.evaluate("document.querySelector('.loaded-die').classList.remove('loaded-die')")
    chapter.kernel("explorer = own; _ = 0")
    chapter.reveal(r"OwnRolls\(")
    chapter.wait_for_sliders()
    yield chapter
    assert chapter.problems == []
    chapter.close()


@pytest.fixture
def own(opened):
    """The field with our 20 rolls."""
    opened.kernel("own.use([2, 3, 4, 3, 2, 6], '⚀⚁⚂⚃⚄⚅'); own.die.fair.click(); _ = 0")
    opened.reveal(r"OwnRolls\(")
    assert_it_says(opened, "20 rolls of 6 faces: ⚀: 2, ⚁: 3, ⚂: 4, ⚃: 3, ⚄: 2, ⚅: 6")
    return opened


def field(chapter, name):
    return chapter.page.locator(f".own-rolls {name}").first


def put(chapter, text, faces=None):
    field(chapter, "textarea").fill(text)
    if faces is not None:
        field(chapter, "input[type=text]").fill(faces)
    field(chapter, "button:has-text('Use these rolls')").click()


def upload(chapter, file):
    with chapter.page.expect_file_chooser() as chooser:
        field(chapter, "button:has-text('Upload a file')").click()
    chooser.value.set_files(file)


def assert_it_says(chapter, line):
    chapter.page.wait_for_function(
        "line => document.querySelector('.own-rolls .said').textContent === line", arg=line
    )


def follows(chapter, t):
    """The page shows these counts and what the kernel makes of them."""
    state, shown = chapter.settle()
    assert_the_loss(state, shown)
    assert state.t == t
    assert len(state.sliders) >= len(state.values) == len(t)
    assert chapter.explorer.locator(".die-row").count() == len(t)
    least = pictures.number(np.log(sum(t)) * sum(t) - sum(n * np.log(n) for n in t if n))
    assert f"the least possible is {least}" in shown.description
    assert least in chapter.explorer.locator("svg").first.text_content()
    return state


def test_rolls_that_can_be_read_take_the_place_of_ours(own):
    put(own, "3 1 6, 316\n６")
    assert_it_says(own, "7 rolls of 6 faces: ⚀: 2, ⚁: 0, ⚂: 2, ⚃: 0, ⚄: 0, ⚅: 3")
    follows(own, [2, 0, 2, 0, 0, 3])
    put(own, "1: 4, 2: 7, 6: 1")
    assert_it_says(own, "12 rolls of 6 faces: ⚀: 4, ⚁: 7, ⚂: 0, ⚃: 0, ⚄: 0, ⚅: 1")
    follows(own, [4, 7, 0, 0, 0, 1])
    own.explorer.get_by_role("button", name="Match the rolls").click()
    assert agree(own).y == pytest.approx(np.array([4, 7, 0, 0, 0, 1]) / 12)
    field(own, "button:has-text('The 20 rolls again')").click()
    follows(own, OURS)


REFUSED = [
    ("3 1 6 2 5 4 9 1", "6", "roll 7 is 9: this die has the faces 1 to 6"),
    ("heads tails heds", "heads, tails", "roll 3 is heds: this die has the faces heads, tails"),
    ("<b>1</b>", "21", "the number of faces is 21: a die has 2 to 20"),
]


def test_what_cannot_be_read_is_refused_and_all_stays(own):
    own.drag(0, to=0.4)
    before = agree(own)
    for text, faces, reason in REFUSED:
        put(own, text, faces)
        assert_it_says(own, f"Not read: {reason}. The rolls from before stay.")
    assert agree(own) == before
    assert field(own, "textarea").input_value() == text
    assert field(own, "input[type=text]").input_value() == faces


def test_another_die_has_other_sliders(own):
    put(own, "heads: 7, tails: 3", "heads,tails")
    assert_it_says(own, "10 rolls of 2 faces: heads: 7, tails: 3")
    state = follows(own, [7, 3])
    assert [slider["name"] for slider in state.sliders] == [
        "probability of face heads",
        "probability of face tails",
    ]
    for slider in state.sliders:
        assert own.explorer.get_by_role("slider", name=slider["name"], exact=True).count() == 1
    own.drag(0, to=0.7)
    assert agree(own).y == pytest.approx([0.7, 0.3], abs=0.03)
    put(own, " ".join(map(str, range(1, 13))), "12")
    follows(own, [1] * 12)
    own.drag(11, to=0.5)
    assert follows(own, [1] * 12).y[11] == pytest.approx(0.5, abs=0.03)
    own.explorer.get_by_role("button", name="Undo").click()
    assert follows(own, [1] * 12).y == pytest.approx([1 / 12] * 12)
    field(own, "button:has-text('The 20 rolls again')").click()
    follows(own, OURS)
    assert field(own, "input[type=text]").input_value() == "6"


def test_a_file(own, tmp_path):
    path = tmp_path / "rolls.csv"
    path.write_text("roll,face\n1,3\n2,1\n3,6\n")
    upload(own, path)
    assert_it_says(own, "3 rolls of 6 faces: ⚀: 1, ⚁: 0, ⚂: 1, ⚃: 0, ⚄: 0, ⚅: 1")
    follows(own, [1, 0, 1, 0, 0, 1])
    path.write_text("roll,face\n1,3\n2,8\n3,6\n")  # a file of the same name, chosen once more
    upload(own, path)
    reason = "rolls.csv, roll 2 (line 3) is 8: this die has the faces 1 to 6"
    assert_it_says(own, f"Not read: {reason}. The rolls from before stay.")
    upload(own, {"name": "die.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n\0\0"})
    reason = "die.png, the file is no text (see place 1): save it as text or CSV, in UTF-8"
    assert_it_says(own, f"Not read: {reason}. The rolls from before stay.")
    follows(own, [1, 0, 1, 0, 0, 1])


@pytest.mark.parametrize(("width", "dice"), [(640, ["heads, tails", LONG, "12", "20"]), (1600, [LONG, "20"])])
def test_nothing_overlaps_and_nothing_is_cut_off(own, width, dice):
    size = own.page.viewport_size
    own.page.set_viewport_size({"width": width, "height": 1000})
    for faces in dice:
        t = [1 + k % 4 for k in range(len(rolls.names_of(faces)))]
        put(own, ", ".join(f"{k}: {n}" for k, n in enumerate(t, start=1)), faces)
        assert_it_says(own, own_rolls.summary(np.array(t), rolls.names_of(faces)))
        own.kernel("for _s, _p in zip(own.die.sliders, (0.001, 0.01, 0.2, 0.3)): _s.value = _p\n_ = 0")
        own.evaluate(QUIET)
        boxes, fields = own.page.evaluate(BOXES), own.page.evaluate(FIELDS)
        assert len(fields) == 7
        assert overlaps(fields) == []
        assert [box["name"] for box in fields if box["cut"]] == []
        assert overlaps([box for box in boxes if box["kind"] != "svg"]) == []
        assert [box["name"] for box in boxes if box["outside"] > 1] == []
        assert own.page.evaluate(CUT_OFF) == []
    own.page.set_viewport_size(size)


@pytest.mark.parametrize("opened", CHOSEN[2:3], indirect=True)
def test_ten_million_rolls_in_a_file_and_then_the_sliders(own, tmp_path):
    faces = np.random.default_rng(1).integers(1, 7, size=10_000_000)
    path = tmp_path / "many.txt"
    path.write_bytes(
        np.stack([faces + ord("0"), np.full_like(faces, ord("\n"))], 1).astype(np.uint8).tobytes()
    )
    assert path.stat().st_size == 20_000_000 > 2 * own_rolls.PIECE
    upload(own, path)
    t = np.bincount(faces)[1:].tolist()
    own.page.wait_for_function(
        "document.querySelector('.own-rolls .said').textContent.startsWith('10,000,000 rolls')"
    )
    follows(own, t)
    own.drag(0, to=0.5)
    assert follows(own, t).y[0] == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize("opened", CHOSEN[:1], indirect=True)
def test_a_file_too_large_is_refused_at_once_and_a_long_text_read_from_the_clipboard(own, tmp_path):
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(3_000_000_000)  # sparse: it takes no room
    upload(own, path)
    reason = "huge.txt, the file has more than 50 MB: no more than that is read"
    assert_it_says(own, f"Not read: {reason}. The rolls from before stay.")
    follows(own, OURS)
    text = field(own, "textarea")
    text.fill("3 1 6")
    text.focus()
    own.page.keyboard.insert_text("61" * own_rolls.LONG)
    assert_it_says(own, "600,000 rolls of 6 faces: ⚀: 300000, ⚁: 0, ⚂: 0, ⚃: 0, ⚄: 0, ⚅: 300000")
    assert text.input_value() == "3 1 6"  # a field with so much in it would bring the page to a halt
