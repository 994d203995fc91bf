"""In Notebook 7 (the die there: test_accessible.py), and after a restart and a reload."""

import pytest
from jupyter import Chapter
from test_chapters import agree, assert_slider, assert_stored_picture, drag_and_look


@pytest.mark.on("07", "08")
def test_in_notebook_7(browser, server, name):
    chapter = Chapter(browser.new_page(), server, f"again_{name}", "notebook")
    assert_stored_picture(chapter)
    chapter.run_all()
    drag_and_look(chapter, 0)
    for k in (0, len(chapter.state().sliders) - 1):
        chapter.keys(k, "Home", "ArrowRight", "ArrowUp", "ArrowDown")  # its own shortcuts take none of them
        state = agree(chapter)
        assert_slider(state, k, state.sliders[k]["stops"][1])
    assert chapter.problems == []
    chapter.page.close()


@pytest.mark.on("04")
def test_restart_reload_and_run_again(chapter):
    chapter.restart()
    chapter.run_all()
    drag_and_look(chapter, 0)
    chapter.command("docmanager:save")
    chapter.restart()  # the sliders that were saved are gone
    chapter.page.goto("about:blank")
    chapter.open()
    assert_stored_picture(chapter)
