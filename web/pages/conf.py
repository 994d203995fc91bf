"""The chapters as static pages, from their stored outputs: nothing is run."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

project = html_title = "From dice to cross-entropy"
copyright = "the authors of “From dice to cross-entropy”, CC BY 4.0"
language = "en"
extensions = ["myst_nb", "chapters"]
exclude_patterns = ["README.md"]  # of which the front page has a part
suppress_warnings = ["toc.not_included"]  # data/README.md, which two chapters name

nb_execution_mode = "off"
nb_code_prompt_show = "Show what comes out"
nb_code_prompt_hide = "Hide what comes out"
nb_render_markdown_format = "myst"
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
myst_heading_slug_func = "chapters.slug"
mathjax_path = "tex-svg.js"  # in one file, without fonts

html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["pages.css"]
html_js_files = ["pages.js", ("alive.js", {"type": "module"})]
html_favicon = "static/die.svg"
html_use_index = html_copy_source = html_show_sourcelink = html_show_sphinx = False
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
