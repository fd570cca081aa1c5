"""Fragments of HTML, as notebooks show them: parsed, and looked at."""

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

HOSTILE = "<script>alert('x')</script> & \"quoted\""
VOID = {"br", "hr", "img", "input", "meta", "link"}
SVG = "{http://www.w3.org/2000/svg}"


class Checker(HTMLParser):
    """Collects elements, and complains of what a browser would have to repair."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.open, self.seen, self.text = [], [], []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        assert len({name for name, _ in attributes}) == len(attributes)
        self.seen.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.seen.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def checked(html):
    """Parse a fragment and make sure that it can stand in any page, many times."""
    page = Checker(html)
    assert page.seen[0][0] == "div"
    for tag, attributes in page.seen:
        assert tag not in {"script", "style", "link", "iframe", "img", "object", "use", "foreignobject"}
        for name, value in attributes.items():
            assert name not in {"id", "class", "href", "src", "xlink:href"}
            assert not name.startswith("on")
            assert "url(" not in value
            assert name == "xmlns" or "://" not in value
    return page


def svg_of(html):
    found = re.search(r"<svg .*</svg>", html, re.DOTALL)
    return None if found is None else ElementTree.fromstring(found[0])
