"""Makes cases, lets a Weft and a CPython evaluate them, and compares what they say.

A file NAME.py of this folder has
    generate(r)     a case (something that JSON can hold) made with the random.Random r
    evaluate(case)  what comes of it, likewise; called in both interpreters
    shrink(case)    smaller cases, for making a finding smaller
    same(case, expected, got)   optional; whether a difference is none
"""
import importlib
import json
import os
import random
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
NAMES = ("syntax", "programs", "regex", "formats", "texts")
SHORT_CASES = {"syntax": 700, "programs": 120, "regex": 1500, "formats": 2500, "texts": 2500}
PATIENCE = 10 * int(os.environ.get("WEFT_TEST_PATIENCE") or 1)       # seconds of work for one case; of waiting, twelve times that
MEMORY = 3 << 30            # bytes a worker may use
WORKER = """
import json, os, sys, zlib
sys.path.insert(0, {here!r})
sys.setrecursionlimit(600)
sys.set_int_max_str_digits(0)
import {name} as fuzzer
answers = os.fdopen(os.dup(1), "w")
sys.stdout = open(os.devnull, "w")
sys.stderr = sys.stdout
for line in sys.stdin:
    try:
        answer = fuzzer.evaluate(json.loads(line))
    except BaseException as error:
        answer = ["escaped", type(error).__name__, str(error)]
    answer = json.dumps(answer)
    if len(answer) > 1 << 20:
        answer = json.dumps(["long", len(answer), zlib.crc32(answer.encode())])
    answers.write(answer + "\\n")
    answers.flush()
"""


class Worker:
    """An interpreter that evaluates cases one after the other."""
    def __init__(self, binary, name, limit=0):
        self.command = [binary, "-B", "-c", WORKER.format(here=HERE, name=name)]
        self.limit = limit
        self.process = None

    def start(self):
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors,
                                        preexec_fn=self.limit_memory, env=dict(os.environ, PYTHONHASHSEED="0", PYTHONWARNINGS="ignore"))
        self.rest = b""

    def limit_memory(self):
        if self.limit:
            resource.setrlimit(resource.RLIMIT_AS, (self.limit, self.limit))

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.stdin.close()
            self.process.stdout.close()
            self.process.wait()
            self.errors.close()
            self.process = None

    def evaluate(self, cases):
        """The answers to the cases, or to so many of them as there are before it fails; and how it failed."""
        if not self.process:
            self.start()
        answers = []
        sent = 0
        try:
            while len(answers) < len(cases):
                # A few cases ahead, so that neither waits for the other, and the pipe does not fill.
                while sent < len(cases) and sent < len(answers) + 4:
                    self.process.stdin.write(json.dumps(cases[sent]).encode() + b"\n")
                    sent += 1
                self.process.stdin.flush()
                answers.append(json.loads(self.line()))
        except (TimeoutError, EOFError, OSError) as error:
            how = "hangs" if isinstance(error, TimeoutError) else self.fate()
            self.stop()
            return answers, how
        return answers, None

    def work(self):
        """The processor time that the worker has used."""
        with open("/proc/%d/stat" % self.process.pid) as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def line(self):
        end, start = time.monotonic() + 12 * PATIENCE, None
        while b"\n" not in self.rest:
            if not select.select([self.process.stdout], [], [], 1)[0]:
                start = self.work() if start is None else start
                if time.monotonic() > end or self.work() - start > PATIENCE:
                    raise TimeoutError
                continue
            data = os.read(self.process.stdout.fileno(), 1 << 16)
            if not data:
                raise EOFError
            self.rest += data
        line, _, self.rest = self.rest.partition(b"\n")
        return line

    def fate(self):
        status = self.process.wait()
        self.errors.seek(0)
        text = self.errors.read().decode("utf-8", "replace")
        what = "exit status %d" % status if status >= 0 else signal.Signals(-status).name
        return what + "\n" + text[-3000:]


class Fuzzer:
    def __init__(self, name, save):
        self.name = name
        self.save = save
        self.module = importlib.import_module(name)
        limited = not os.environ.get("ASAN_OPTIONS") and not os.environ.get("TSAN_OPTIONS")
        self.weft = Worker(os.environ["WEFT"], name, MEMORY * 4 if limited else 0)
        self.python = Worker(sys.executable, name, MEMORY)
        self.findings = 0

    def same(self, case, expected, got):
        if expected == got:
            return True
        compare = getattr(self.module, "same", None)
        return compare is not None and compare(case, expected, got)

    def look(self, cases):
        """For each case None, or what is wrong about it."""
        expected, failure = self.python.evaluate(cases)
        if failure:         # CPython itself gives up on that case: leave it out
            at = len(expected)
            return self.look(cases[:at]) + [None] + self.look(cases[at + 1:]) if at < len(cases) else []
        got, failure = self.weft.evaluate(cases)
        results = [None if self.same(*three) else "CPython: %.1500s\nWeft:    %.1500s" % (three[1], three[2])
                   for three in zip(cases, expected, got)]
        if failure:
            at = len(got)
            results += [failure] + self.look(cases[at + 1:])
        return results

    def smaller(self, case, problem, seconds=30):
        """A smaller case with a problem of the same kind."""
        kind = problem[:7]
        end = time.monotonic() + seconds
        progress = True
        while progress and time.monotonic() < end:
            progress = False
            for candidate in self.module.shrink(case):
                if time.monotonic() > end:
                    break
                found = self.look([candidate])[0]
                if found and found[:7] == kind:
                    case, problem, progress = candidate, found, True
                    break
        return case, problem

    def report(self, number, case, problem):
        self.findings += 1
        case, problem = self.smaller(case, problem)
        path = os.path.join(self.save, "weft-fuzz-%s-%s.json" % (self.name, number.replace("/", "-")))
        with open(path, "w") as file:
            json.dump(case, file)
        print("# %s %s, saved as %s" % (self.name, number, path))
        source = case if isinstance(case, str) else json.dumps(case)
        for line in (source[:3000] + "\n" + problem).splitlines():
            print("#    " + line)
        sys.stdout.flush()

    def run(self, seed, seconds=None, cases=None):
        end = time.monotonic() + (seconds or 1e9)
        number = 0
        while (cases is None or number < cases) and time.monotonic() < end and self.findings < 10:
            batch = range(number, number + 25)
            made = [self.module.generate(random.Random("%s/%s/%d" % (seed, self.name, n))) for n in batch]
            for n, case, problem in zip(batch, made, self.look(made)):
                if problem:
                    self.report("%s/%d" % (seed, n), case, problem)
            number += len(batch)
        self.weft.stop()
        self.python.stop()
        if self.findings:
            print("not ok %s - %d findings in %d cases, seed %s" % (self.name, self.findings, number, seed))
        else:
            print("ok %s %s" % (self.name, "" if cases else "- %d cases, seed %s" % (number, seed)))
        sys.stdout.flush()
        return not self.findings


def main(arguments):
    names, options = [], {}
    while arguments:
        word = arguments.pop(0)
        if word.startswith("--"):
            options[word[2:]] = arguments.pop(0)
        else:
            names.append(word)
    unknown = set(options) - {"seconds", "seed", "save", "case"} or set(names) - set(NAMES)
    if unknown:
        sys.exit("tests/fuzz/run: unknown: " + " ".join(unknown))
    good = True
    for name in names or NAMES:
        fuzzer = Fuzzer(name, options.get("save", tempfile.gettempdir()))
        if "case" in options:       # a case that was saved, once more
            with open(options["case"]) as file:
                print(fuzzer.look([json.load(file)])[0])
        elif "seconds" in options or "WEFT_TEST_SECONDS" in os.environ:
            seconds = float(options.get("seconds", 0)) or 8 * float(os.environ["WEFT_TEST_SECONDS"])
            good &= fuzzer.run(options.get("seed", "1"), seconds)
        else:
            good &= fuzzer.run(options.get("seed", "check"), cases=SHORT_CASES[name])
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
