# What the scripts of this folder share. Sourced with $root set to the tree. Sets $weft (the release; it is
# built if stale, unless WEFT names another binary), $measure, and $python, the CPython 3.11 to compare with.
# What the environment says of Pythons must not bend the comparison (caches of compiled code are for all).
for name in $(env | sed -n 's/^\(PYTHON[A-Z0-9_]*\)=.*/\1/p'); do [ "$name" = PYTHON ] || unset "$name"; done
. "$root/tools/prepare.sh"
if [ -z "$WEFT" ]; then
    build_variant release || exit 1
    WEFT=$root/build/release/weft
fi
weft=$WEFT
mkdir -p "$root/build/bench" || exit 1
measure=$root/build/bench/measure
[ "$measure" -nt "$root/bench/measure.c" ] || cc -O2 -o "$measure" "$root/bench/measure.c" || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# The pythons of this machine, one path a line, the same binary only once: those of the PATH, and those that
# pyenv keeps.
pythons() {
    {
        IFS=:
        for folder in $PATH; do ls "$folder"/python3 "$folder"/python3.[0-9]* "$folder"/pypy3 2>/dev/null; done
        unset IFS
        ls "$HOME"/.pyenv/versions/*/bin/python3.[0-9]* 2>/dev/null
    } | grep -v -e /shims/ -e -config -e 'm$' -e gdb | while read -r candidate; do readlink -f "$candidate"; done |
        awk '!seen[$0]++' | while read -r candidate; do
            "$candidate" -c pass 2>/dev/null </dev/null && echo "$candidate"
        done
}

# What one of them calls itself: CPython 3.11.2.
python_name() {
    "$1" -c 'import sys, platform; print(platform.python_implementation(), "%d.%d.%d" % sys.version_info[:3])'
}

# The CPython 3.11 of this machine; empty where there is none.
find_python() {
    for candidate in ${PYTHON:-} /usr/bin/python3.11 python3.11; do
        command -v "$candidate" >/dev/null && { command -v "$candidate"; return; }
    done
}
python=$(find_python)

# describe: one line on the machine, so that figures can be read later.
describe() {
    printf '%s, %s cores, %s, %s\n\n' "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" \
        "$(getconf _NPROCESSORS_ONLN)" "$(uname -sr)" "$(date -u +%Y-%m-%d)"
}
