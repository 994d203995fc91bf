"""Chapter 9's numbers once more, without NumPy and the helper: counted and computed in plain Python."""

import math
import re
from collections import Counter
from itertools import pairwise

import stored

(PATH,) = [path for path in stored.chapters() if path.stem.startswith("09")]
PRINTED = "".join(out.get("text", "") for cell in stored.read(PATH).cells for out in cell.get("outputs", []))
PAGE = stored.NOTEBOOKS / "data" / "README.md"
TEXT = (PAGE.parent / "chapters.txt").read_text(encoding="utf-8").lower()
PARTS = TEXT.split("\n\n")
TRAIN, HELD_OUT = (re.sub(r"[^a-z .,]", "#", "\n".join(part)) for part in (PARTS[:2], PARTS[2:]))
BEFORE, AFTER = Counter(TRAIN[:-1]), Counter(pairwise(TRAIN))
PAIRS = Counter(pairwise(HELD_OUT))


def mean_loss(pairs, alpha=0.0):
    """Nats a letter, given the one before, with the counts of the training text and a pseudo-count."""
    costs = {(a, b): -math.log((AFTER[a, b] + alpha) / (BEFORE[a] + 30 * alpha)) for a, b in pairs}
    return sum(n * costs[pair] for pair, n in pairs.items()) / pairs.total()


def test_the_text_is_whole_and_the_page_beside_it_tells_its_length():
    assert f"{len(TEXT):,} characters" in PAGE.read_text(encoding="utf-8")
    assert set(TRAIN) == set(HELD_OUT) == {*"abcdefghijklmnopqrstuvwxyz .,#"}
    assert f"{len(TRAIN):,} letters to count in, {len(HELD_OUT):,} held out" in PRINTED


def test_the_losses_that_the_chapter_prints_are_those_of_counting_by_hand():
    shares = {letter: n / len(TRAIN) for letter, n in Counter(TRAIN).items()}
    letter, unseen = (-sum(math.log2(shares[a]) for a in text) / len(text) for text in (TRAIN, HELD_OUT))
    given = mean_loss(AFTER) / math.log(2)
    assert f"fair die {math.log2(30):.3f}, y = f {letter:.3f} bits a letter" in PRINTED
    assert f"held out: {unseen:.3f} bits a letter" in PRINTED
    assert f"one die {letter:.3f}, thirty dice {given:.3f} = {given:.3f} bits a letter" in PRINTED
    new = sum(n for pair, n in PAIRS.items() if pair not in AFTER)
    assert f"{new} pairs of {PAIRS.total():,} never came up" in PRINTED
    for alpha in (0.001, 0.1, 0.2, 0.3, 1, 10, 1000):
        old, new = mean_loss(AFTER, alpha), mean_loss(PAIRS, alpha)
        assert f"α = {alpha:<6} training text {old:.4f}, held-out text {new:.4f} nats" in PRINTED
    assert f" {unseen:.2f} bits, perplexity {2**unseen:.1f}" in PRINTED
    assert f"perplexity {math.exp(mean_loss(PAIRS, 0.2)):.1f}\n" in PRINTED
