"""Samples from a file: for each of them the numbers that were measured, and the class it belongs to."""

import csv
from pathlib import Path

import numpy as np


def read_samples(path, features, label):
    """The columns `features` of a CSV file as an array (N, D), and the column `label` as N names.

    A ValueError says which line is wrong when the file is missing, empty or damaged.
    """
    path = Path(path)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file, strict=True))
    except FileNotFoundError:
        raise ValueError(f"there is no file {path}: is the folder data beside the notebooks?") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path} cannot be read as a table: {error}") from None
    if len(rows) < 2:
        raise ValueError(f"{path} holds no samples: a line of column names and one sample are needed")
    head, *rows = rows
    missing = [name for name in [*features, label] if name not in head]
    if missing:
        raise ValueError(f"{path} has no column {missing[0]}: its columns are {', '.join(head)}")
    places = [head.index(name) for name in features]
    values, names = [], []
    for line, row in enumerate(rows, start=2):
        if len(row) != len(head):
            raise ValueError(f"{path}, line {line} has {len(row)} cells: {len(head)} are needed")
        values.append([number(row[place], head[place], path, line) for place in places])
        names.append(row[head.index(label)])
        if not names[-1]:
            raise ValueError(f"{path}, line {line}: {label} is empty")
    return np.array(values), np.array(names)


def number(text, name, path, line):
    """The number in one cell, finite, or a ValueError that says where it stands."""
    try:
        value = float(text)
    except ValueError:
        value = np.nan
    if not np.isfinite(value):
        raise ValueError(f"{path}, line {line}: {name} is {text!r}, it must be a finite number")
    return value
