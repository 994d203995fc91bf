"""In Notebook 7, and saved and opened again."""

from jupyter import CHAPTERS, Chapter
from test_chapters import agree, assert_slider, assert_stored_picture, once_a_hand, stop


@once_a_hand
def test_in_notebook_7(browser, server, name):
    chapter = Chapter(browser, server, name, "notebook")
    chapter.reveal()
    assert_stored_picture(chapter)
    chapter.run_all()
    for k, slider in enumerate(agree(chapter).sliders):
        chapter.drag(k, to=0.6)
        assert_slider(agree(chapter), k, stop(slider, 0.6), stops=0.02 * len(slider["stops"]))
        chapter.keys(k, "Home", "ArrowRight", "ArrowUp", "ArrowDown")  # its own shortcuts take none of them
        assert_slider(agree(chapter), k, slider["stops"][1])
    assert chapter.problems == []
    chapter.close()


def test_a_chapter_saved_and_opened_again_shows_its_picture(browser, server):
    chapter = Chapter(browser, server, CHAPTERS[1])
    chapter.run_all()
    chapter.command("docmanager:save")
    chapter.restart()  # the sliders that were saved are gone
    chapter.open()
    chapter.reveal()
    assert_stored_picture(chapter)
    chapter.close()
