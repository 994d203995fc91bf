"""How many small faults the tests notice: `make mutants`, or `python tools/mutants.py hand=200`.

A mutant is a copy of the helper with one fault in one module; that module's own tests are run on it.
(mutmut leaves out decorated methods, cosmic-ray writes into the checkout; neither takes a sample.)
"""

import ast
import random
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parent.parent
HELPER = ROOT / "notebooks" / "loaded_die"
PAIRS = "Lt LtE Lt, Gt GtE Gt, Eq NotEq Eq, In NotIn In, Is IsNot Is, Add Sub Add, Mult Div Mult, And Or And"
SWAPS = {a: b for names in f"{PAIRS}, Pow Mult, Mod Mult".split(",") for a, b in pairwise(names.split())}
RUN = """import pytest, resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (120, 120))  # of its own seconds: however busy the machine is
sys.exit(pytest.main(["-xq", "-p", "no:cacheprovider", *sys.argv[1:]]))"""


def instead(node):
    """The faulty nodes that may stand in place of this one."""
    if (kind := type(node).__name__) in SWAPS:
        yield getattr(ast, SWAPS[kind])()
    elif kind == "UnaryOp":
        yield node.operand
    elif kind == "Constant" and isinstance(node.value, int | float):
        yield ast.Constant(not node.value if isinstance(node.value, bool) else node.value + 1)
    elif kind in ("If", "IfExp"):
        yield type(node)(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)
    elif kind in ("Raise", "AugAssign") or (kind == "Expr" and isinstance(node.value, ast.Call)):
        yield ast.Pass()


def mutants(tree):
    """Each fault in turn: `tree` has it until the next one is asked for."""
    for node in [*ast.walk(tree)]:
        for field, value in ast.iter_fields(node):
            places = value if isinstance(value, list) else [value]
            for k, old in enumerate(places):
                for new in instead(old):
                    for places[k] in (new, old):
                        setattr(node, field, value if places is value else places[k])
                        if places[k] is new:
                            line = getattr(old, "lineno", None) or node.lineno
                            yield line, ast.unparse(old) or type(old).__name__


def passes(module, source):
    """Whether the module's tests pass with this source in the place of its own."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(HELPER, f"{folder}/loaded_die", ignore=shutil.ignore_patterns("__py*"))
        Path(folder, f"loaded_die/{module}.py").write_text(source, encoding="utf-8")
        paths = f"pythonpath={folder} tools tests"
        command = [sys.executable, "-c", RUN, "-o", paths, f"tests/test_{module}.py"]
        return subprocess.run(command, cwd=ROOT, capture_output=True).returncode == 0


def main():
    for argument in sys.argv[1:] or ["likelihood=70", "hand=70"]:
        module, number = argument.split("=")
        tree = ast.parse((HELPER / f"{module}.py").read_text(encoding="utf-8"))
        if not passes(module, ast.unparse(tree)):
            sys.exit(f"tests/test_{module}.py does not pass as it is")
        every = [(*where, ast.unparse(ast.fix_missing_locations(tree))) for where in mutants(tree)]
        some = random.Random(1).sample(every, min(int(number), len(every)))
        with ThreadPoolExecutor(2) as pool:
            passed = [*pool.map(passes, [module] * len(some), [source for *_, source in some])]
        for (line, old, _), lives in zip(some, passed):
            if lives:
                print(f"  {module}.py, line {line}, alive without: {' '.join(old.split())[:70]}")
        print(f"{module}: {passed.count(False)} of {len(some)} mutants killed, of {len(every)} there are")


if __name__ == "__main__":
    main()
