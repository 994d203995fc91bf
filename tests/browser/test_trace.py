"""Reading a chapter leaves no trace on the disk, and a lost connection none in the hand."""

import json

import pytest
import stored
from lab import CHAPTERS, Chapter
from test_chapters import assert_at

NAME = CHAPTERS[3]
MODEL = "jupyterapp.shell.currentWidget.context.model"
KNOWN = "() => Promise.all([context.session.kernel.info, context.session.kernel.spec]).then(() => null)"
# What a reader may do without running a cell: open the answers, hide code, fold the headings.
READ = """async () => {
    for (const cell of jupyterapp.shell.currentWidget.content.widgets) {
        cell.outputHidden = false;
        cell.inputHidden = true;
    }
    await jupyterapp.commands.execute('notebook:collapse-all-headings');
}"""


@pytest.fixture
def autosave(context, server):
    """What has changed is saved each second."""
    address = f"{server}/lab/api/settings/@jupyterlab/docmanager-extension:plugin?token=test"
    before = context.request.get(address).json()["raw"]
    soon = json.dumps({"autosave": True, "autosaveInterval": 1})
    assert context.request.put(address, data={"raw": soon}).ok
    yield
    assert context.request.put(address, data={"raw": before}).ok


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_a_chapter_that_was_only_read_is_on_the_disk_as_it_was(context, server, autosave, app):
    def on_the_disk():
        return context.request.get(f"{server}/files/{NAME}.ipynb?token=test").text()

    before = (stored.NOTEBOOKS / f"{CHAPTERS[3]}.ipynb").read_text(encoding="utf-8")
    assert on_the_disk() == before
    chapter = Chapter(context.new_page(), server, NAME, app)
    chapter.evaluate(KNOWN)
    assert not chapter.evaluate(f"() => {MODEL}.dirty")  # so it closes without a question
    chapter.evaluate(READ)
    chapter.until(f"{MODEL}.dirty")
    chapter.until(f"!{MODEL}.dirty")  # by autosave
    assert on_the_disk() == before
    chapter.close()
    chapter.page.close()


def test_a_move_that_a_cut_connection_has_lost_stops_no_hand(context, server):
    page, sockets, losing = context.new_page(), [], []

    def connect(socket):
        kernel = socket.connect_to_server()
        socket.on_message(lambda message: losing or kernel.send(message))
        sockets.append(socket)

    page.route_web_socket("**/channels?*", connect)
    chapter = Chapter(page, server, NAME)
    chapter.run_all()
    before = chapter.settle().headline
    losing.append("what the page says")
    chapter.drag(0, 0.4, 0.6, release=False)
    sockets[-1].close()
    losing.clear()
    page.mouse.up()
    chapter.until(f"document.querySelector('{chapter.where} .loss').textContent !== '{before}'")
    assert_at(chapter.state(), 0, 0.6)
    chapter.close()
    page.close()
