"""In Notebook 7."""

from jupyter import Chapter, faults
from test_chapters import agree, assert_slider, assert_stored_picture, drag_and_look, once_a_hand


@once_a_hand
def test_in_notebook_7(browser, server, name):
    chapter = Chapter(browser, server, name, "notebook")
    assert_stored_picture(chapter)
    chapter.run_all()
    drag_and_look(chapter, 0)
    for k, slider in enumerate(chapter.state().sliders):
        chapter.keys(k, "Home", "ArrowRight", "ArrowUp", "ArrowDown")  # its own shortcuts take none of them
        assert_slider(agree(chapter), k, slider["stops"][1])
    assert faults(chapter.page, chapter.where) == []
    assert chapter.problems == []
    chapter.close()
