"""The data file, and what is said when it is missing or damaged."""

import csv
from collections import Counter

import numpy as np
import pytest
import stored
from loaded_die.samples import read_samples

FILE = stored.NOTEBOOKS / "data" / "penguins.csv"
COLUMNS = ["bill_length_mm", "bill_depth_mm"]
GOOD = "species,bill_length_mm,bill_depth_mm\nAdelie,39.1,18.7\nGentoo,46.1,13.2\n"


@pytest.fixture
def read(tmp_path):
    def read(text, columns=COLUMNS):
        path = tmp_path / "some.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_samples(path, columns, "species")

    return read


def test_the_penguins_are_those_of_the_source():
    points, species = read_samples(FILE, COLUMNS, "species")
    assert points.shape == (342, 2)
    assert Counter(species.tolist()) == {"Adelie": 151, "Chinstrap": 68, "Gentoo": 123}
    assert points[0].tolist() == [39.1, 18.7]
    assert (points.min(axis=0).tolist(), points.max(axis=0).tolist()) == ([32.1, 13.1], [59.6, 21.5])


def test_the_page_beside_the_file_tells_its_numbers():
    page = (FILE.parent / "README.md").read_text(encoding="utf-8")
    with FILE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert f"| 344 | {len(rows)} | {344 - len(rows)}," in page
    assert f"| 8 | {len(rows[0])} |" in page
    for name, count in Counter(row["species"] for row in rows).items():
        assert f"{count} {name}" in page
    assert "CC0" in page


def test_columns_in_the_order_asked_for(read):
    points, species = read(GOOD, ["bill_depth_mm", "bill_length_mm"])
    assert points.tolist() == [[18.7, 39.1], [13.2, 46.1]]
    assert species.tolist() == ["Adelie", "Gentoo"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "holds no samples"),
        ("species,bill_length_mm,bill_depth_mm\n", "holds no samples"),
        (GOOD.replace("bill_depth_mm", "depth"), "has no column bill_depth_mm: its columns are species"),
        (GOOD.replace("18.7", "NA"), "line 2: bill_depth_mm is 'NA', it must be a finite number"),
        (GOOD.replace("46.1", ""), "line 3: bill_length_mm is '', it must be a finite number"),
        (GOOD.replace("46.1", "inf"), "line 3: bill_length_mm is 'inf', it must be a finite number"),
        (GOOD.replace("Gentoo", ""), "line 3: species is empty"),
        (GOOD.replace(",13.2", ""), "line 3 has 2 cells: 3 are needed"),
        (GOOD + "\n", "line 4 has 0 cells: 3 are needed"),
        (GOOD.encode() + b"\xff\xfe", "cannot be read as a table"),
        (GOOD + '"Adelie,1,2', "cannot be read as a table"),
    ],
)
def test_a_damaged_file_is_refused(read, text, why):
    with pytest.raises(ValueError, match=why):
        read(text)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"there is no file .*none\.csv"):
        read_samples(tmp_path / "none.csv", COLUMNS, "species")
    with pytest.raises(ValueError, match="cannot be read as a table"):
        read_samples(tmp_path, COLUMNS, "species")


def test_every_sample_is_finite():
    points, _ = read_samples(FILE, COLUMNS, "species")
    assert np.isfinite(points).all()
