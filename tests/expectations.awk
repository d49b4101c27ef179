# Reads the comments of a test (tests/README.md) and writes what they say: the expected output into files
# of the folder tmp, the rest to stdout as assignments of the shell.

function quoted(text) {
    gsub(/'/, "'\\''", text)
    return "'" text "'"
}

# What follows the mark "# name:" in the line, without the one space after it; sets found.
function after(mark,    at, text) {
    at = index($0, "# " mark ":")
    found = at > 0
    text = found ? substr($0, at + length(mark) + 3) : ""
    sub(/^ /, "", text)
    return text
}

BEGIN {
    exit_status = ""
    timeout = 20
    arguments = "\"$file\""
    out = tmp "/stdout.expected"
    err = tmp "/stderr.expected"
    last = tmp "/error.expected"
}

index($0, "# ") == 0 { next }

{
    text = after("expect"); if (found) { print text > out; next }
    text = after("expect-stderr"); if (found) { print text > err; next }
    text = after("expect-error"); if (found) { print text > last; failing = 1; next }
    text = after("stdin"); if (found) { print text > (tmp "/stdin"); next }
    text = after("exit"); if (found) { exit_status = text; next }
    text = after("timeout"); if (found) { timeout = text; next }
    text = after("needs"); if (found) { needs = needs " " text; next }
    text = after("env"); if (found) { settings = settings " " text; next }
    text = after("args"); if (found) { arguments = text; next }
    text = after("command"); if (found) { command = command (command == "" ? "" : "\n") text; next }
    text = after("stderr"); if (found && text == "any") { any = 1; next }
}

END {
    if (exit_status == "") exit_status = failing ? 1 : 0
    print "exit=" quoted(exit_status)
    print "timeout=" quoted(timeout)
    print "needs=" quoted(needs)
    print "settings=" quoted(settings)
    print "arguments=" quoted(arguments)
    print "command=" quoted(command)
    print "any_stderr=" quoted(any)
    print "skipped="
}
