"""Write the GitHub repository of this checkout into the links of README.md: `make address`.

Until then they name `OWNER/NAME`. A fork runs it, too, and its README leads to its own pages.
"""

import re
import sys
from pathlib import Path

from chapters import on_github

README = Path("README.md")


def main():
    text = README.read_text(encoding="utf-8")
    before = re.search(r"git clone https://github\.com/(\S+)", text)[1]
    if not (now := on_github()):
        sys.exit("No remote named origin leads to a repository on github.com: git remote add origin ADDRESS")
    for address in "{}/{}", "{}.github.io/{}":
        text = text.replace(address.format(*before.split("/")), address.format(*now.split("/")))
    README.write_text(text, encoding="utf-8")
    print(f"The links of README.md lead to {now}; they led to {before}.")


if __name__ == "__main__":
    main()
