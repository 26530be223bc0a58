"""One load of a page, looked at as on a phone and as on a desk: is it whole, readable, in its language?"""

import json

from axe_playwright_python.sync_playwright import Axe

PHONE, DESK = (390, 844), (1280, 800)

# Texts in the letters of another language that do not say so, and English where Korean or Chinese is read.
STRANGE = r"""() => {
  const strangers = {ko: /[\u4e00-\u9fff]|\b[a-z]{3,} [a-z]{2,}\b/, zh: /[\uac00-\ud7af]|\b[a-z]{3,} [a-z]{2,}\b/};
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = new Set();
  while (texts.nextNode()) {
    const text = texts.currentNode, around = text.parentElement;
    if (around.closest("script, noscript, style, pre, code, datalist")) continue;
    if (strangers[around.closest("[lang]").lang.slice(0, 2)]?.test(text.data)) found.add(text.data.trim().slice(0, 80));
  }
  return [...found];
}"""


class Look:
    """Opens pages of one site one after the other and gathers what is wrong with each in `faults`.

    `thorough`: looks at the colours of each address at both widths, not once for each kind of page.
    """

    def __init__(self, page, site: str, *, thorough: bool = False):
        self.page, self.site, self.thorough, self.faults = page, site, thorough, []
        self._seen: set[str] = set()  # kinds of pages whose colours were looked at

    def at(self, path: str, word: str, language: str, *, status: int = 200) -> None:
        """`word`: what this page says, in this language; "" for one that also shows people's own words and places."""
        page = self.page
        answer = page.goto(self.site + path)
        self._note(path, answer.status != status, f"status {answer.status}")
        said = page.evaluate("document.documentElement.lang").lower()
        self._note(path, said != language, f"says that it is in {said!r}")
        self._note(path, word not in page.inner_text("body"), f"does not say {word!r}")
        strange = page.evaluate(STRANGE) if word else []
        self._note(path, bool(strange), f"not in its language: {strange}")
        page.evaluate(Axe().axe_script)
        kind = self._kind(path.removeprefix(f"/{language}/"))
        for width, height in (PHONE, DESK):
            page.set_viewport_size({"width": width, "height": height})
            is_wider = page.evaluate("document.documentElement.scrollWidth") > width
            self._note(path, is_wider, f"wider than {width} px")
            contrast = kind not in self._seen and (self.thorough or width == DESK[0])
            for fault in self._axe(contrast=contrast):
                where = [node["html"][:120] for node in fault["nodes"]]
                self._note(path, True, f"at {width} px {fault['id']}: {where}")
        self._seen.add(kind)

    def _kind(self, path: str) -> str:
        """Whose colours are the same: an address in each language, and each of Django's own lists and forms."""
        django = "document.body.className.match(/change-(list|form)/)?.[0]"
        return (not self.thorough and self.page.evaluate(django)) or path

    def _axe(self, *, contrast: bool) -> list[dict]:
        """What axe finds. Contrast takes it most of its time, and is the same in the desk's menu on each page.

        `preload` would load sheets anew into the page, which the content policy refuses.
        """
        without = {"exclude": [".side"] if self._seen else []}
        rules = {"color-contrast": {"enabled": contrast}}
        options = {"resultTypes": ["violations"], "preload": False, "rules": rules}
        run = f"axe.run({json.dumps(without)}, {json.dumps(options)})"
        return self.page.evaluate(f"{run}.then(found => found.violations)")

    def _note(self, path: str, is_wrong: bool, words: str) -> None:
        if is_wrong:
            self.faults.append(f"{path}: {words}")
