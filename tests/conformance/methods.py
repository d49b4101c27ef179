"""methods.py MODULE RESULTS [LEAVE] - runs one module of CPython's test suite and records its methods.

Runs under the interpreter that is tested. RESULTS gets a line per event, written at once, so that whoever reads it
knows after a crash what ran:

    start ID            the method begins
    pass ID
    skip ID REASON      also for "setUpClass (CLASS)" and the like, and for the module as a whole
    fail ID REASON      an unexpected exception or a failed assertion, in the method or one of its subtests;
                        ID may be "setUpClass (CLASS)" and the like
    ignore ID           an expected failure, or an unexpected success
    end                 the module ran to its end

REASON is one line. LEAVE names a file of IDs, one a line, that are not run. Tracebacks go to stderr.
"""
import doctest
import fnmatch
import os
import platform
import re
import sys
import traceback
import types
import unittest

# platform.py of the library calls every interpreter CPython that it does not know by name; the tests ask it
# which of them are for CPython alone.
if sys.implementation.name != 'cpython':
    platform.python_implementation = lambda: sys.implementation.name.title()

from test import support  # noqa: E402 - asks platform while it is imported


def impl_detail(msg=None, plain=support.impl_detail, **guards):
    """support.impl_detail, with a word that tells its skips from others where a test gives a message of its own."""
    if msg is not None:
        msg = 'implementation detail: ' + msg
    return plain(msg, **guards)


support.impl_detail = impl_detail
if sys.implementation.name != 'cpython':
    # It asks one of CPython's internal modules whether code objects have columns. They do.
    support.has_no_debug_ranges = lambda: False


# A module of which class bodies call _testcapi cannot be imported without it. It gets one with nothing in it, so that
# its other classes can run; those that use _testcapi stand in left-out.
NEED_TESTCAPI = {'test_call'}


class AnyAttribute(type):
    def __getattr__(cls, name):
        return Nothing()


class Nothing(metaclass=AnyAttribute):
    def __init__(self, *args):
        pass

    def __getattr__(self, name):
        return Nothing()


def add_testcapi():
    module = types.ModuleType('_testcapi')
    module.__getattr__ = lambda name: Nothing
    sys.modules['_testcapi'] = module


def one_line(text):
    return ' '.join(text.split())[:300]


def first_line(error):
    """What an exception says, in a line: "AssertionError: 1 != 2"."""
    kind, value, _ = error
    text = ''.join(traceback.format_exception_only(kind, value))
    if kind.__name__ == 'DocTestFailure' or 'Failed doctest test for' in text:
        return doctest_line(text)
    lines = [line for line in text.splitlines() if line and not line[0].isspace()]
    if 'Failed to import test module' in text:
        lines = lines[-1:]
    return one_line(lines[0] if lines else text)


def doctest_line(text):
    """The first example that failed, what was expected and what came."""
    at = text.find('Failed example:')
    return one_line(text[at:]) if at >= 0 else one_line(text)


def left_out_examples():
    """(test's id, source's pattern) of the examples in doctests that left-out names: "ID >>> SOURCE"."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'left-out'), encoding='utf-8') as file:
        patterns = [re.split(r'\s{2,}', line)[0] for line in file if not line.startswith('#')]
    return [tuple(pattern.split(' >>> ')) for pattern in patterns if ' >>> ' in pattern]


def leave_out_examples(suite):
    """Lets the doctests of a suite skip the examples that are not asked of Weft; the others must pass."""
    chosen = left_out_examples()
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            leave_out_examples(test)
        elif isinstance(test, doctest.DocTestCase):
            sources = [source for name, source in chosen if test.id() == 'test.' + name]
            for example in test._dt_test.examples:
                if any(fnmatch.fnmatchcase(' '.join(example.source.split()), source) for source in sources):
                    example.options[doctest.SKIP] = True


class Recorder(unittest.TestResult):
    def __init__(self, path):
        super().__init__()
        self.out = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        os.set_inheritable(self.out, False)
        self.process = os.getpid()
        self.verdict = None

    def write(self, *words):
        # A child that a test forked and that came back here is not to be counted.
        if os.getpid() == self.process:
            line = ' '.join(words) + '\n'
            os.write(self.out, line.encode('utf-8', 'backslashreplace'))

    def startTest(self, test):
        super().startTest(test)
        self.verdict = None
        self.write('start', test.id())

    def stopTest(self, test):
        super().stopTest(test)
        if self.verdict is None:
            self.write('pass', test.id())

    def failed(self, test, error):
        print('=' * 70, test.id(), sep='\n', file=sys.stderr)
        traceback.print_exception(*error)
        if self.verdict is None or not hasattr(test, '_testMethodName'):
            self.verdict = 'fail'
            self.write('fail', test.id() if self.is_test(test) else str(test), '\t', first_line(error))

    def is_test(self, test):
        return isinstance(test, unittest.TestCase)

    def addError(self, test, err):
        self.failed(test, err)

    def addFailure(self, test, err):
        self.failed(test, err)

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self.failed(test, err)

    def addSkip(self, test, reason):
        # A method of which a subtest was skipped did not run whole.
        test = getattr(test, 'test_case', test)
        self.verdict = self.verdict or 'skip'
        self.write('skip', test.id() if self.is_test(test) else str(test), '\t', one_line(reason))

    def addExpectedFailure(self, test, err):
        self.verdict = 'ignore'
        self.write('ignore', test.id())

    def addUnexpectedSuccess(self, test):
        self.verdict = 'ignore'
        self.write('ignore', test.id())


def prune(suite, leave):
    """Takes the tests out of a suite whose ids stand in leave."""
    kept = []
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            prune(test, leave)
            kept.append(test)
        elif test.id() not in leave:
            kept.append(test)
    suite._tests[:] = kept


def main():
    module, path = sys.argv[1:3]
    leave = set()
    if len(sys.argv) > 3:
        with open(sys.argv[3], encoding='utf-8') as file:
            leave = set(file.read().splitlines())
    # The tests see the command line of "python -m unittest", and find no helper's folder on the path.
    sys.argv[:] = ['python -m unittest', 'test.' + module]
    sys.path[0] = os.getcwd()
    recorder = Recorder(path)
    if module in NEED_TESTCAPI and sys.implementation.name != 'cpython':
        add_testcapi()
    try:
        suite = unittest.defaultTestLoader.loadTestsFromName('test.' + module)
    except BaseException as error:
        traceback.print_exc()
        kind = 'skip' if isinstance(error, unittest.SkipTest) else 'fail'
        recorder.write(kind, 'import (test)\t', first_line((type(error), error, None)))
        finish(recorder)
    if not suite.countTestCases():
        # CPython's own runner would call its function test_main, which runs the module's doctests.
        suite = doctest.DocTestSuite('test.' + module)
    if leave:
        prune(suite, leave)
    if sys.implementation.name != 'cpython':
        leave_out_examples(suite)
    suite.run(recorder)
    finish(recorder)


def finish(recorder):
    recorder.write('end')
    sys.stdout.flush()
    sys.stderr.flush()
    # What atexit handlers and leftover threads do is no part of a result.
    os._exit(0)


if __name__ == '__main__':
    main()
