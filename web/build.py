"""Build `_site`: the chapters as pages, and in `_site/lite` JupyterLite, in which they run.

Nothing is run here. `make site` calls it with the Python of `.web`, where the tools are; `make links` calls
it with "links", to ask each address elsewhere whether it answers.
"""

import gzip
import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from email.parser import Parser
from pathlib import Path

from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL

ROOT = Path(__file__).parent.parent
WEB, TOOLS, SITE = ROOT / "web", ROOT / ".web", ROOT / "_site"
NODE, WORK, LITE = TOOLS / "node_modules", TOOLS / "work", SITE / "lite"
WIDGETS = ("anywidget", "comm", "ipywidgets", "psygnal", "typing-extensions")  # Pyodide has none, or older
ONES_OWN = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
HOME = "data/home/pyodide"  # in a wheel: where Python starts in a browser without service workers


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
    # As JupyterLite's kernel writes it: else a chapter that is only opened counts as changed, and is kept.
    metadata = json.loads((WEB / "lite/metadata.json").read_text("utf-8"))
    for path in contents.glob("*.ipynb"):
        notebook = joined(json.loads(path.read_text("utf-8")))
        path.write_text(json.dumps(notebook | {"metadata": metadata}), "utf-8")
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
        "depends": sorted({canonical(re.match(r"[\w.-]+", line)[0]) for line in needs}),
        "unvendored_tests": False,
    }


def pack_helper(folder):
    """The helper's wheel, and in it the data, for browsers in which Python cannot see the page's files."""
    source, helper = WORK / "source", WORK / "helper"
    ours = shutil.ignore_patterns(".*", "_site", "build", "*.egg-info", "__pycache__")
    shutil.copytree(ROOT, source, ignore=ours)  # what an earlier build left would be packed, too
    run("build", "--wheel", "--no-isolation", "--outdir", helper, source, stdout=subprocess.DEVNULL)
    (wheel,) = helper.glob("*.whl")
    run("wheel", "unpack", "--dest", helper, wheel)
    (unpacked,) = helper.glob("*/")
    shutil.copytree(ROOT / "notebooks/data", unpacked / f"{unpacked.name}.data" / HOME / "data")
    run("wheel", "pack", "--dest-dir", folder, unpacked)


def needed(packages, wanted):
    """These packages of Pyodide's list, and what they need."""
    found = set()
    while wanted:
        found.add(name := wanted.pop())
        wanted |= {*map(canonical, packages[name]["depends"])} - found
    return [packages[name] for name in sorted(found)]


def get_wheels(packages, python):
    """From PyPI the pure wheels among these packages in Pyodide's versions, and our widgets in ours."""
    pure = [package for package in packages if package["file_name"].endswith("-any.whl")]
    names = [f"{package['name']}=={package['version']}" for package in pure]
    names += [f"{name}=={importlib.metadata.version(name)}" for name in WIDGETS]
    folder, text = TOOLS / "wheels", "\n".join(names)
    record = folder / "names.txt"
    if not record.exists() or record.read_text() != text:
        shutil.rmtree(folder, ignore_errors=True)
        options = f"--no-deps --only-binary=:all: --platform=any --python-version={python}"
        run("pip", "download", "--quiet", *options.split(), "--dest", folder, *names)
        record.write_text(text)
    return folder


def loads(folder):
    """How much a page loads for its sliders, as servers compress it; no figure where none can be asked."""
    packages = json.loads((folder / "pyodide-lock.json").read_text())["packages"]
    names = [package["file_name"] for package in needed(packages, {"loaded-die"})]
    core = [path.name for path in folder.glob("py*") if path.suffix != ".whl"]
    here = [folder / name for name in core + names if "://" not in name]
    size = sum(len(gzip.compress(path.read_bytes())) for path in here)
    try:
        for name in names:
            if "://" in name:
                with urllib.request.urlopen(
                    urllib.request.Request(name, method="HEAD"), timeout=30
                ) as answer:
                    size += int(answer.headers["Content-Length"])
    except urllib.error.URLError:
        return "It loads Python, once."
    return f"It loads about {size / 1e6:.0f} MB, once."


def add_python():
    """Python beside the notebooks: Pyodide, its pure packages, and the helper.

    The compiled packages stay on Pyodide's own host, unless they lie beside Pyodide: in the folder that
    PYODIDE names, or where Node has put them (`make test-lite`).
    """
    source, folder = Path(os.environ.get("PYODIDE", NODE / "pyodide")), LITE / "static/pyodide"
    folder.mkdir()
    lock = json.loads((source / "pyodide-lock.json").read_text())
    packages = lock["packages"] = {canonical(name): package for name, package in lock["packages"].items()}
    core = [path for path in source.glob("py*") if path.suffix in (".js", ".mjs", ".wasm", ".zip")]
    wanted = needed(packages, {"ipython", "jedi", "matplotlib", "micropip", "traitlets"})
    there = [source / package["file_name"] for package in wanted]
    for path in core + [path for path in there if path.exists()]:
        shutil.copy(path, folder)
    missing = [package for package in wanted if not (folder / package["file_name"]).exists()]
    for wheel in get_wheels(missing, lock["info"]["python"]).glob("*.whl"):
        shutil.copy(wheel, folder)
    pack_helper(folder)
    for wheel in folder.glob("*-any.whl"):
        new = entry(wheel)
        old = packages.setdefault(new["name"], new)
        old |= {key: new[key] for key in ("version", "file_name", "sha256")}
    for package in packages.values():
        # What a wheel needs and the list has not, the page has, or a chapter does without.
        package["depends"] = [name for name in package["depends"] if canonical(name) in packages]
        if not (folder / package["file_name"]).exists():
            package["file_name"] = f"{PYODIDE_CDN_URL}/{package['file_name']}"
    (folder / "pyodide-lock.json").write_text(json.dumps(lock))
    compiled = [package["file_name"] for package in wanted if "-any." not in package["file_name"]]
    (folder / "needs.json").write_text(json.dumps(compiled))
    # Here and not before the build, which now and then leaves it out.
    config = json.loads((LITE / "jupyter-lite.json").read_text())
    page = config["jupyter-config-data"]
    page |= {"appName": "From dice to cross-entropy", "exposeAppInBrowser": True}
    page["litePluginSettings"]["@jupyterlite/pyodide-kernel-extension:kernel"] |= {
        "pyodideUrl": "./static/pyodide/pyodide.mjs",
        "loadPyodideOptions": {"packages": ["loaded-die"]},
    }
    (LITE / "jupyter-lite.json").write_text(json.dumps(config))
    shutil.copy(WEB / "lite/needs.js", LITE)
    for page in (LITE / "notebooks/index.html", LITE / "lab/index.html"):
        html = page.read_text("utf-8")
        page.write_text(html.replace("<head>", '<head><script type="module" src="../needs.js"></script>', 1))


if __name__ == "__main__":
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)  # where the tools are at home, so that what they leave is not in the checkout
    if sys.argv[1:] == ["links"]:
        check_links()
    else:
        shutil.rmtree(SITE, ignore_errors=True)
        build_lite()
        add_python()
        build_pages("-W", "--keep-going", "-D", f"loads={loads(LITE / 'static/pyodide')}")
        shutil.copytree(WORK / "pages_built", SITE, dirs_exist_ok=True)
