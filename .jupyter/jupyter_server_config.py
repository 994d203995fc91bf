"""How a notebook that was run is saved: with pictures where its sliders stood. Each start in the README names
this file, and on Binder, where the repository is the home folder, Jupyter finds it by itself.

JupyterLab would save links to the live sliders. When the notebook is opened again, and their kernel
is gone, it shows "Error displaying widget: model not found" in their place, until the cells are run.
"""

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager


def without_live_widgets(model, **_):
    """Take the links out of a notebook on its way to the disk; a picture or a text stands beside each."""
    if model["type"] == "notebook":
        for cell in model["content"]["cells"]:
            for output in cell.get("outputs", []):
                output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)


class Manager(AsyncLargeFileManager):
    """Jupyter's own, with the hook (which as an option, pre_save_hook, gives a warning at each start)."""

    def __init__(self, **options):
        super().__init__(**options)
        self.register_pre_save_hook(without_live_widgets)


get_config().ServerApp.contents_manager_class = Manager  # noqa: F821, Jupyter defines get_config
