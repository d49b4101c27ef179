# A command-line tool: arguments, configuration, logging, templates, text that is wrapped and compared.
import argparse
import difflib
import html
import io
import logging
import logging.config
import shlex
import string
import textwrap
from html.parser import HTMLParser


def parser():
    p = argparse.ArgumentParser(prog="report", description="Makes reports of what was logged.",
                                epilog="That is all.")
    p.add_argument("--version", action="version", version="%(prog)s 1.0")
    p.add_argument("-v", "--verbose", action="count", default=0, help="say more (may be repeated)")
    commands = p.add_subparsers(dest="command", required=True, metavar="COMMAND")
    show = commands.add_parser("show", help="show records")
    show.add_argument("files", nargs="+", metavar="FILE", help="what to read")
    show.add_argument("--level", choices=["debug", "info", "error"], default="info")
    show.add_argument("--limit", type=int, metavar="N", help="at most N records (default: %(default)s)")
    group = show.add_mutually_exclusive_group()
    group.add_argument("--json", action="store_true")
    group.add_argument("--html", action="store_true")
    commands.add_parser("check").add_argument("--strict", action=argparse.BooleanOptionalAction, default=True)
    return p


def attempt(line):
    err, out = io.StringIO(), io.StringIO()
    import contextlib
    try:
        with contextlib.redirect_stderr(err), contextlib.redirect_stdout(out):
            print(sorted(vars(parser().parse_args(shlex.split(line))).items()))
    except SystemExit as end:
        print("exit", end.code)
    print(out.getvalue() + err.getvalue(), end="")


for line in ("show a b --level error -- -c", "-vv check --no-strict", "show", "show x --limit many", "show x --json --html",
             "nothing", "--version", "--help", "show --help", "show x --lim 3"):
    attempt(line)

log = io.StringIO()
logging.config.dictConfig({
    "version": 1,
    "formatters": {"brief": {"format": "{levelname:<8}|{name}|{message}", "style": "{"}},
    "handlers": {"text": {"class": "logging.StreamHandler", "formatter": "brief", "stream": log}},
    "loggers": {"report": {"level": "DEBUG", "handlers": ["text"]}, "report.quiet": {"level": "ERROR"}},
})
logger = logging.getLogger("report")
logger.debug("starting %s with %d", "up", 3)
logging.getLogger("report.quiet").warning("not seen")
logging.getLogger("report.quiet").error("seen %(what)s", {"what": "this"})
try:
    {}["missing"]
except KeyError:
    logger.exception("failed")
print([line for line in log.getvalue().splitlines() if not line.startswith("  File")])

old = "The quick brown fox\njumps over\nthe lazy dog\n".splitlines(True)
new = "The quick red fox\njumps over\nthe dog\nand sleeps\n".splitlines(True)
print("".join(difflib.unified_diff(old, new, "old", "new")))
print("".join(difflib.ndiff(old, new)))
print(difflib.get_close_matches("appel", ["ape", "apple", "peach", "puppy"]), difflib.SequenceMatcher(None, "abcd", "bcde").ratio())


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.text = [], []

    def handle_starttag(self, tag, attributes):
        if tag == "a":
            self.found.append(dict(attributes).get("href"))

    def handle_data(self, data):
        self.text.append(data.strip())


page = Links()
page.feed('<p>See <a href="/x?a=1&amp;b=2">this &eacute; &#8364;</a><br/><!-- no --><A HREF=plain>that</a> &lt;end')
page.close()
print(page.found, page.text, html.escape('<"&\'>'), html.unescape("&lt;&notit;&#x41;"))
print(textwrap.fill("A rather long line that says nothing at all but says it in many words-with-hyphens. " * 2, 40,
                    initial_indent="* ", subsequent_indent="  "))
print(textwrap.dedent("""\
    indented
      more
    """), textwrap.shorten("Hello  world, how are you", 18))
print(string.Template("$who owes ${amount}$$").safe_substitute(who="Bob"), string.capwords("the end of it"))
