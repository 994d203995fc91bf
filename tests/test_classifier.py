"""Chapter 8's own code: the data, the fit against scikit-learn's, the slopes."""

import contextlib
import csv
import io
from collections import Counter

import numpy as np
import pytest
import stored
from loaded_die import likelihood
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss

FILE = stored.NOTEBOOKS / "data" / "penguins.csv"
with FILE.open(encoding="utf-8") as file:
    PENGUINS = list(csv.DictReader(file))


@pytest.fixture(scope="module")
def chapter():
    """The names that chapter 8 has made once it has trained: its own cells, run here."""
    (path,) = [path for path in stored.chapters() if path.stem.startswith("08")]
    made = {}
    with contextlib.chdir(stored.NOTEBOOKS), contextlib.redirect_stdout(io.StringIO()):
        for cell in stored.read(path).cells:
            if cell.cell_type == "code":
                if "ClassifierExplorer" in cell.source:
                    break
                exec(cell.source, made)
    return made


def test_the_points_are_those_of_the_file_and_the_page_beside_it_tells_their_number(chapter):
    table = [[float(row["bill_length_mm"]), float(row["bill_depth_mm"])] for row in PENGUINS]
    species = [row["species"] for row in PENGUINS]
    assert chapter["points"].tolist() == table
    assert [chapter["names"][k - 1] for k in chapter["classes"]] == species
    page = (FILE.parent / "README.md").read_text(encoding="utf-8")
    assert f"| 344 | {len(table)} | {344 - len(table)}," in page
    assert all(f"{count} {name}" in page for name, count in Counter(species).items())


def test_the_fit_is_scikit_learns(chapter):
    points, classes = chapter["points"], chapter["classes"]
    train, held_out = chapter["train"], chapter["held_out"]
    assert sorted([*train, *held_out]) == list(range(len(points)))  # no penguin in both
    model = LogisticRegression(C=np.inf, max_iter=100_000, tol=1e-10)
    model.fit(chapter["rows"](points[train])[:, 1:], classes[train])
    for some, tolerance in ((train, 1e-3), (held_out, 1e-2)):
        right = classes[some]
        theirs = model.predict_proba(chapter["rows"](points[some])[:, 1:])
        ours = chapter["predict"](points[some])
        assert log_loss(right, ours) == pytest.approx(log_loss(right, theirs), abs=tolerance)
        assert accuracy_score(right, ours.argmax(axis=1) + 1) == accuracy_score(
            right, theirs.argmax(axis=1) + 1
        )


def test_the_loss_fell_at_every_step_and_that_of_the_held_out_rows_turned_round(chapter):
    trained_on, held_out = chapter["losses"].T
    assert len(trained_on) == 5000
    assert chapter["losses"][0] == pytest.approx(np.log(3))
    assert np.all(np.diff(trained_on) < 0)
    assert 0 < held_out.argmin() < 4999
    assert np.all(np.diff(held_out[held_out.argmin() :]) > 0)


def test_the_slopes_are_those_of_the_loss_and_the_binary_loss_is_scikit_learns(chapter):
    X, T, W = chapter["X"], chapter["T"], np.random.default_rng(1).normal(size=(3, 3))
    for place in np.ndindex(3, 3):
        h = np.zeros((3, 3))
        h[place] = 1e-5
        up, down = (likelihood.cross_entropy(T, likelihood.softmax(X @ V)).mean() for V in (W + h, W - h))
        assert chapter["slopes"](W, X, T)[place] == pytest.approx((up - down) / 2e-5, abs=1e-7)
    t, p = np.array([1, 0, 1, 0]), np.array([0.9, 0.9, 0.2, 0.4])
    assert chapter["binary"](t, p).mean() == pytest.approx(log_loss(t, p))
