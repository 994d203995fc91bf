"""What Sphinx does not know of our notebooks: their places, pictures, folded outputs, and where they run."""

import json
import os
import re
import subprocess

HERE = "../lite/notebooks/index.html?path={name}.ipynb"
RUN = f"""<div class="run">
<a class="run-here" href="{HERE}">▶ Run this chapter</a>{{elsewhere}}
<p>It runs here, in your browser, with nothing to install. The first time, Python takes a while to load:
<a href="../index.html#run-a-chapter">what you see until then, and if it does not start</a>.</p></div>"""
BINDER = """
<a href="https://mybinder.org/v2/gh/{repository}/HEAD?urlpath=lab/tree/notebooks/{name}.ipynb">Binder</a>"""
ELSEWHERE = f"""{BINDER}
<a href="https://colab.research.google.com/github/{{repository}}/blob/HEAD/notebooks/{{name}}.ipynb">Colab</a>
<a href="https://github.com/{{repository}}/blob/HEAD/notebooks/{{name}}.ipynb">Source</a>"""
# alive.js puts its button in front, and shows these words only if it cannot do it.
STILL = f"""<p class="still" data-chapter="{{name}}" data-cell="{{cell}}" data-loads="{{loads}}">
<span class="elsewhere">This picture is still. To move the sliders, run the chapter
<a href="{HERE}">in JupyterLite</a>,{{binder}}
or <a href="../index.html#run-a-chapter">on your own computer</a>.</span></p>"""


def on_github():
    """`owner/name`: of the workflow, or of this checkout's origin; else nothing."""
    git = subprocess.run(["git", "config", "remote.origin.url"], capture_output=True, text=True).stdout
    found = re.fullmatch(r"\S*\bgithub\.com[:/]([^/]+/[^/]+?)(\.git)?", git.strip())
    return os.environ.get("GITHUB_REPOSITORY") or (found[1] if found else "")


def slug(heading):
    """As Jupyter names the places in a notebook, so that one link serves both."""
    return heading.replace(" ", "-")


def alternative(output):
    """The sentence stored with a picture, or else the line beside it, where that says what it shows."""
    line = "".join(output["data"]["text/plain"])
    return output["metadata"].get("image/png", {}).get("alt", "" if line.startswith("<Figure") else line)


def is_explorer(output):
    """Whether a picture stands for a live one: only these are stored with their size."""
    return "width" in output.get("metadata", {}).get("image/png", {})


def read(app, docname, source):
    repository = on_github()
    if app.env.doc2path(docname).suffix != ".ipynb":
        lines = source[0].splitlines(keepends=True)
        kept = [line for line in lines if repository or "OWNER/NAME" not in line]
        source[0] = "".join(kept).replace("OWNER/NAME", repository)
        return
    name = docname.removeprefix("notebooks/")
    notebook = json.loads(source[0])
    for cell in notebook["cells"]:
        if cell["metadata"].get("jupyter", {}).get("outputs_hidden"):
            cell["metadata"]["tags"] = ["hide-output"]
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                cell["metadata"]["mystnb"] = {"image": {"alt": alternative(output)}}
        if any(map(is_explorer, cell.get("outputs", []))):
            words = STILL.replace("{binder}", f" on {BINDER}," if repository else "")
            where = {"name": name, "cell": cell["id"], "repository": repository, "loads": app.config.loads}
            note = {"text/html": words.format(**where)}
            cell["outputs"].insert(0, {"output_type": "display_data", "metadata": {}, "data": note})
    links = RUN.replace("{elsewhere}", ELSEWHERE if repository else "")
    links = links.format(name=name, repository=repository)
    first = notebook["cells"][0]
    first["source"] = "".join(first["source"]).replace("\n", f"\n\n{links}\n", 1)
    source[0] = json.dumps(notebook)


def finish(app, pagename, templatename, context, doctree):
    # The words on the button of a folded output are its name; the label would hide them.
    context["body"] = context.get("body", "").replace(' aria-label="Toggle hidden content"', "")


def setup(app):
    app.add_config_value("loads", "", "env")  # what build.py says of how much the sliders load
    app.connect("source-read", read)
    app.connect("html-page-context", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
