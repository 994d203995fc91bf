"""How Jupyter opens and saves a chapter: reading it leaves no trace, and its pictures stay.

Each start in the README names this file, and on Binder, where the repository is the home folder, Jupyter
finds it by itself.
"""

import json
import platform
import re
from pathlib import Path

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from jupyter_server.utils import to_os_path

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
# What the kernel will say of its language, and no chapter stores: it depends on the machine.
SAID = {"codemirror_mode": {"name": "ipython", "version": 3}, "version": platform.python_version()}


def is_chapter(notebook):
    """Whether it has cells of a chapter or of the appendix: it may be a reader's copy of one."""
    return any(re.match(r"(c0\d|a1)-\d", cell.get("id", "")) for cell in notebook.get("cells", []))


def without_live_sliders(model, **_):
    """Take the links to them out of a notebook on its way to the disk; a picture stands beside each.

    When the notebook is opened again, and their kernel is gone, JupyterLab would show "Error displaying
    widget: model not found" in place of the picture, until the cells are run.
    """
    if model["type"] == "notebook":
        for cell in model["content"].get("cells", []):  # a notebook of format 3 has worksheets
            for output in cell.get("outputs", []):
                if "alt" in output.get("metadata", {}).get("image/png", {}):  # as ours have
                    output["data"].pop(WIDGET_VIEW, None)


def with_stored_metadata(model, path, contents_manager):
    """Leave the metadata of a chapter as they are on the disk: who opens an answer has changed nothing."""
    file = Path(to_os_path(path, contents_manager.root_dir))
    if model["type"] == "notebook" and is_chapter(model["content"]) and file.exists():
        stored = json.loads(file.read_text(encoding="utf-8"))
        model["content"]["metadata"] = stored["metadata"]
        before = {cell["id"]: cell["metadata"] for cell in stored["cells"]}
        for cell in model["content"]["cells"]:
            cell["metadata"] = before.get(cell["id"], cell["metadata"])


class Manager(AsyncLargeFileManager):
    """Jupyter's own, with the hooks (which as an option, pre_save_hook, give a warning at each start)."""

    def __init__(self, **options):
        super().__init__(**options)
        self.register_pre_save_hook(without_live_sliders)
        self.register_pre_save_hook(with_stored_metadata)

    async def get(self, *args, **options):
        """Say what the kernel will say, too: at what is new to it JupyterLab marks a chapter as unsaved."""
        model = await super().get(*args, **options)
        if model["type"] == "notebook" and model["content"] and is_chapter(model["content"]):
            model["content"]["metadata"].setdefault("language_info", {}).update(SAID)
        return model


get_config().ServerApp.contents_manager_class = Manager  # noqa: F821, Jupyter defines get_config
