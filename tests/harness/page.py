"""The preview page, read as a browser and a messenger would."""

import base64
import hashlib
import re
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link",
        "meta", "source", "track", "wbr"}
# Nothing here is needed by a page that only tells something.
FORBIDDEN = {"script", "form", "button", "input", "select", "textarea",
             "iframe", "frame", "object", "embed", "img", "link", "base",
             "audio", "video", "source", "picture", "math", "template"}
PROPERTIES = ("og:title", "og:description", "og:image", "og:type", "og:url")
POLICY = re.compile(
    r"default-src 'none'; style-src 'sha256-([A-Za-z0-9+/]{43}=)'; "
    r"base-uri 'none'; form-action 'none'; frame-ancestors 'none'")


class Page(HTMLParser):
    """faults: what is wrong; meta: the values of the properties."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.faults = []
        self.properties = {}
        self.names = {}
        self.styles = []
        self.words = []
        self.open = []
        self.title = ""
        self.doctype = None
        self.seen = []
        self.feed(text)
        self.close()
        self._finish()

    def handle_decl(self, decl):
        self.doctype = decl

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        if tag in FORBIDDEN:
            self.faults.append(f"the page has a <{tag}>")
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"<{tag}> has an attribute twice")
        for name, value in attrs:
            self._attribute(tag, name, value or "")
        if tag == "meta":
            self._meta(dict(attrs))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in VOID or not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes nothing")
        else:
            self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            self.styles.append(data)
        elif self.open and self.open[-1] == "title":
            self.title += data
        else:
            self.words.append(data)

    def handle_comment(self, data):
        if data.startswith("["):
            self.faults.append("a conditional comment")

    def _attribute(self, tag, name, value):
        if name == "style" or name.startswith("on"):
            self.faults.append(f"<{tag}> has the attribute {name}")
        if name in ("src", "srcset", "href", "action", "poster", "background",
                    "formaction", "ping") and not value.startswith("#"):
            self.faults.append(f"<{tag}> points at {value!r}")
        if name == "http-equiv":
            self.faults.append(f"a meta http-equiv: {value}")

    def _meta(self, attrs):
        name = attrs.get("property")
        if name is not None:
            if name in self.properties:
                self.faults.append(f"{name} stands twice")
            self.properties[name] = attrs.get("content")
        if attrs.get("name") is not None:
            self.names[attrs["name"]] = attrs.get("content")

    def _finish(self):
        if (self.doctype or "").lower() != "doctype html":
            self.faults.append(f"the doctype is {self.doctype!r}")
        if self.open:
            self.faults.append(f"not closed: {self.open}")
        for tag in ("html", "head", "title", "body"):
            if self.seen.count(tag) != 1:
                self.faults.append(f"{self.seen.count(tag)} <{tag}>")
        if not self.title.strip():
            self.faults.append("no title")
        for css in self.styles:
            if re.search(r"url\(|@import|@font-face", css):
                self.faults.append("the style fetches something")

    def text(self):
        """What a person reads, in one line."""
        return " ".join(" ".join(self.words).split())


def faults(answer):
    """What is wrong with a page and its headers; a list of sentences."""
    try:
        text = answer.body.decode("utf-8")
    except UnicodeDecodeError as error:
        return [f"the page is not UTF-8: {error}"]
    page = Page(text)
    found = page.faults
    policy = answer.get("Content-Security-Policy") or ""
    match = POLICY.fullmatch(policy)
    if not match:
        found.append(f"Content-Security-Policy: {policy}")
    else:
        for css in page.styles:
            digest = hashlib.sha256(css.encode("utf-8")).digest()
            if base64.b64encode(digest).decode() != match.group(1):
                found.append("the style is not the policy's")
    if len(page.styles) > 1:
        found.append("more than one style")
    for name, value in (("Referrer-Policy", "no-referrer"),
                        ("X-Robots-Tag", "noindex")):
        if answer.all(name) != [value]:
            found.append(f"{name}: {answer.all(name)}")
    if answer.status == 200:
        for name in PROPERTIES:
            # A description may be empty.
            if not page.properties.get(name) and not (
                    name == "og:description" and name in page.properties):
                found.append(f"no {name}")
        if page.properties.get("og:type") != "website":
            found.append(f"og:type is {page.properties.get('og:type')!r}")
    return found
