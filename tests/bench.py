"""How fast the pictures follow the sliders: `make bench`. Figures of one run on one machine."""

import json
import time

import numpy as np
from loaded_die import likelihood, widgets


def one_move(explorer, moves=300):
    """Median milliseconds of kernel time, and the bytes it sends, for one move of one slider."""
    rng = np.random.default_rng(1)
    die, times, sizes = explorer.die, [], []
    for _ in range(moves):
        k, value = rng.integers(len(die.sliders)), rng.random()
        start = time.perf_counter()
        die._slider_moved(k, die.probabilities[k], value)
        times.append(time.perf_counter() - start)
        sent = {"moving": explorer._moving.value, "readout": explorer._readout.value}
        sizes.append(len(json.dumps(sent, ensure_ascii=False).encode()))
    return 1000 * np.median(times), np.median(sizes)


def main():
    print("| faces | kernel time of a move (ms) | bytes of a move |\n| --- | --- | --- |")
    for faces in (2, 6, 20, 100):
        names = [str(k) for k in range(1, faces + 1)]
        rolls = likelihood.roll(np.full(faces, 1 / faces), 1000, np.random.default_rng(1))
        took, size = one_move(widgets.LossExplorer(rolls, names))
        print(f"| {faces} | {took:.2f} | {size:,.0f} |")
    print("\n| rolls | kernel time of a move (ms) |\n| --- | --- |")
    for n in (20, 10_000, 10_000_000):
        rolls = likelihood.roll(np.full(6, 1 / 6), n, np.random.default_rng(1))
        print(f"| {n:,} | {one_move(widgets.LossExplorer(rolls))[0]:.2f} |")


if __name__ == "__main__":
    main()
