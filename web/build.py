"""Build `_site`: the chapters as pages, and in `_site/lite` JupyterLite, in which they run.

Nothing is run here. `make site` calls it with the Python of `.web`, where the tools are; `make links` calls
it with "links", to ask each address elsewhere whether it answers.
"""

import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL, PYODIDE_PYTHON_VERSION

ROOT = Path(__file__).parent.parent
WEB, TOOLS, SITE = ROOT / "web", ROOT / ".web", ROOT / "_site"
NODE, WORK, LITE = TOOLS / "node_modules", TOOLS / "work", SITE / "lite"
WIDGETS = (
    "anywidget",
    "comm",
    "ipywidgets",
    "psygnal",
    "typing-extensions",
)  # which Pyodide has not, or older
IN_THE_PAGE = {"jupyterlab-widgets", "widgetsnbextension"}  # the scripts of widgets, which the page has
ONES_OWN = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")


def run(*command, **options):
    subprocess.run([sys.executable, "-m", *map(str, command)], check=True, cwd=WORK, **options)


def build_pages(*options):
    source = WORK / "pages"
    shutil.copytree(WEB / "pages", source, ignore=ONES_OWN)
    shutil.copytree(ROOT / "notebooks", source / "notebooks", ignore=ONES_OWN)
    shutil.copytree(ROOT / ".github", source / ".github")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    # Without the links of each chapter to page, Binder and Colab: the page of the chapter has them.
    (source / "README.md").write_text(re.sub(r"<br>.*?(?= \|)", "", readme), encoding="utf-8")
    shutil.copy(NODE / "mathjax/es5/tex-svg.js", source / "static")
    run("sphinx", "-q", *options, "-d", WORK / "doctrees", source, WORK / "pages_built")


def check_links():
    """Say in a line each which addresses do not answer, also those of the README."""
    try:
        build_pages("-Q", "-b", "linkcheck", "-D", "exclude_patterns=")
    except subprocess.CalledProcessError:
        lines = (WORK / "pages_built/output.json").read_text(encoding="utf-8").splitlines()
        for link in map(json.loads, lines):
            if link["status"] in ("broken", "timeout"):
                reason = link["info"].rpartition("(Caused by ")[2]
                print(f"{link['filename']}: {link['uri']}: {reason}")
        sys.exit("These addresses do not answer. Is the network there?")


def joined(value):
    """The notebook with each list of lines as one text, without which its table of contents fails."""
    if isinstance(value, dict):
        return {key: joined(part) for key, part in value.items()}
    if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        return "".join(value)
    return [joined(part) for part in value] if isinstance(value, list) else value


def build_lite():
    contents = WORK / "contents"
    shutil.copytree(ROOT / "notebooks", contents, ignore=ONES_OWN)
    for path in contents.glob("*.ipynb"):
        path.write_text(json.dumps(joined(json.loads(path.read_text("utf-8")))), "utf-8")
    shutil.copytree(WEB / "lite", WORK / "lite")
    where = "--lite-dir", WORK / "lite", "--contents", contents, "--output-dir", LITE
    run("jupyterlite_core.app", "build", *where, stdout=subprocess.DEVNULL)


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def entry(wheel):
    """What Pyodide's list of packages says of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
        head = Parser().parsestr(archive.read(metadata).decode())
    tops = {name.partition("/")[0].removesuffix(".py") for name in names}
    needs = [line for line in head.get_all("Requires-Dist", []) if ";" not in line]
    return {
        "name": canonical(head["Name"]),
        "version": head["Version"],
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": sorted(top for top in tops if not top.endswith((".dist-info", ".data"))),
        "depends": sorted({canonical(re.match(r"[\w.-]+", line)[0]) for line in needs} - IN_THE_PAGE),
        "unvendored_tests": False,
    }


def pack_helper(folder):
    """Helper, exercises and data as a wheel, for browsers in which Python cannot see the page's files."""
    tree = WORK / "helper"
    for package in ("loaded_die", "exercises"):
        shutil.copytree(ROOT / "notebooks" / package, tree / package, ignore=ONES_OWN)
    shutil.copytree(ROOT / "notebooks/data", tree / "loaded_die-1.data/data/home/pyodide/data")
    (tree / "loaded_die-1.dist-info").mkdir()
    needs = "".join(f"Requires-Dist: {name}\n" for name in ("numpy", "matplotlib", "anywidget"))
    (tree / "loaded_die-1.dist-info/METADATA").write_text(f"Name: loaded-die\nVersion: 1\n{needs}")
    (tree / "loaded_die-1.dist-info/WHEEL").write_text("Wheel-Version: 1.0\n")
    packed = shutil.make_archive(str(WORK / "loaded_die"), "zip", tree)
    shutil.move(packed, folder / "loaded_die-1-py3-none-any.whl")


def get_wheels(folder):
    """From PyPI what Python in the page needs, in Pyodide's versions, and its widgets in ours."""
    lock = json.loads((NODE / "pyodide/pyodide-lock.json").read_text())
    packages = {canonical(name): package for name, package in lock["packages"].items()}
    needed, wanted = set(), {"ipython", "matplotlib", "micropip", "traitlets"}
    while wanted:
        needed.add(name := wanted.pop())
        wanted |= {*map(canonical, packages[name]["depends"])} - needed
    pure = [packages[name] for name in sorted(needed) if packages[name]["file_name"].endswith("-any.whl")]
    names = [f"{package['name']}=={package['version']}" for package in pure]
    names += [f"{name}=={importlib.metadata.version(name)}" for name in WIDGETS]
    options = f"--no-deps --only-binary=:all: --platform=any --python-version={PYODIDE_PYTHON_VERSION}"
    run("pip", "download", "--quiet", *options.split(), "--dest", folder, *names)


def add_python():
    """Python beside the notebooks: Pyodide, its pure packages, and the helper.

    The compiled packages stay on Pyodide's own host, unless PYODIDE names a folder that has them.
    """
    source, folder = Path(os.environ.get("PYODIDE", NODE / "pyodide")), LITE / "static/pyodide"
    if not (TOOLS / "wheels").exists():
        get_wheels(TOOLS / "wheels")
    shutil.copytree(TOOLS / "wheels", folder)
    pack_helper(folder)
    lock = json.loads((source / "pyodide-lock.json").read_text())
    packages = lock["packages"] = {canonical(name): package for name, package in lock["packages"].items()}
    for wheel in folder.glob("*.whl"):
        new = entry(wheel)
        old = packages.setdefault(new["name"], new)
        old |= {key: new[key] for key in ("version", "file_name", "sha256")}
    core = [path.name for path in source.glob("py*") if path.suffix in (".js", ".mjs", ".wasm", ".zip")]
    files = {package["file_name"]: package for package in packages.values()}
    for name in core + [name for name in files if not (folder / name).exists()]:
        if (source / name).exists():
            shutil.copy(source / name, folder)
        else:
            files[name]["file_name"] = f"{PYODIDE_CDN_URL}/{name}"
    (folder / "pyodide-lock.json").write_text(json.dumps(lock))
    # Here and not before the build, which now and then leaves it out.
    config = json.loads((LITE / "jupyter-lite.json").read_text())
    page = config["jupyter-config-data"]
    page |= {"appName": "From dice to cross-entropy", "exposeAppInBrowser": True}
    page["litePluginSettings"]["@jupyterlite/pyodide-kernel-extension:kernel"] |= {
        "pyodideUrl": "./static/pyodide/pyodide.mjs",
        "loadPyodideOptions": {"packages": ["loaded-die"]},
    }
    (LITE / "jupyter-lite.json").write_text(json.dumps(config))


if __name__ == "__main__":
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)  # where the tools are at home, so that what they leave is not in the checkout
    if sys.argv[1:] == ["links"]:
        check_links()
    else:
        shutil.rmtree(SITE, ignore_errors=True)
        build_pages("-W", "--keep-going")
        shutil.move(WORK / "pages_built", SITE)
        build_lite()
        add_python()
