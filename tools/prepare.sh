# What ./weft, ./check and the scripts of bench/ share: installing packages and building. Sourced by
# POSIX shells, with $root set to the absolute path of the tree. All it prints goes to stderr.

say() {
    printf 'weft: %s\n' "$*" >&2
}

# The packages of tools/packages that dpkg does not know as installed.
missing_packages() {
    wanted=$(sed '/^#/d' "$root/tools/packages")
    dpkg-query -W -f '${db:Status-Status} ${Package}\n' $wanted 2>/dev/null |
        awk -v wanted="$wanted" '
            $1 == "installed" { have[$2] = 1 }
            END {
                n = split(wanted, names)
                for (i = 1; i <= n; i++) if (!(names[i] in have)) printf "%s ", names[i]
            }'
}

# Installs what is missing, on systems with apt; elsewhere says what is needed, and fails, if the tools
# of the build are not there.
install_missing() {
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        for tool in cc meson ninja; do
            command -v $tool >/dev/null && continue
            say "$tool is not installed. Weft is built with what Debian 12 calls:"
            say "   " $(sed '/^#/d' "$root/tools/packages")
            say "Install the like of them, and start again."
            return 1
        done
        return 0
    fi
    missing=$(missing_packages)
    [ -n "$missing" ] || return 0
    as_root=
    if [ "$(id -u)" != 0 ]; then
        if ! command -v sudo >/dev/null; then
            say "these packages are missing: $missing"
            say "Install them as root: apt-get install $missing"
            return 1
        fi
        as_root=sudo
    fi
    say "installing $missing"
    {
        $as_root apt-get update &&
            $as_root env DEBIAN_FRONTEND=noninteractive \
                apt-get install -y --no-install-recommends $missing
    } </dev/null >&2 || {
        say "the installation failed. Install these packages, and start again: $missing"
        return 1
    }
}

# stale NAME: build/NAME was never built to its end, or something it is made from is newer. The release is
# the one build without the unit tests.
stale() {
    units=$root/tests/unit
    [ "$1" != release ] || units=
    [ ! -e "$root/build/$1/.built" ] || [ -n "$(find "$root/src" "$root/meson.build" "$root/meson_options.txt" \
        "$root/tools" $units -newer "$root/build/$1/.built" -print -quit)" ]
}

# build NAME OPTION... - builds build/NAME, configured with these options of meson, if it is stale. Of
# several processes that do so at a time one builds, and the others wait.
build() {
    stale "$1" || return 0
    install_missing || return 1
    mkdir -p "$root/build" || return 1
    if command -v flock >/dev/null; then
        (flock 9 && build_locked "$@") 9>"$root/build/$1.lock"
    else
        build_locked "$@"
    fi
}

# build_variant NAME - builds build/NAME, which is one of these, if it is stale.
build_variant() {
    checked='--buildtype=debugoptimized -Db_ndebug=false -Dtests=true'
    case $1 in
    release) build release --buildtype=release ;;
    debug) build debug $checked ;;
    asan) build asan $checked -Db_sanitize=address,undefined -Db_lundef=false ;;
    tsan) build tsan $checked -Db_sanitize=thread -Db_lundef=false ;;
    *) say "there is no build $1"; return 1 ;;
    esac
}

build_locked() {
    name=$1
    shift
    stale "$name" || return 0
    directory=$root/build/$name
    say "building build/$name"
    # The list of files is made when meson configures, so a new file asks for that again.
    {
        echo "$@"
        "$root/tools/list-sources"
    } >"$directory.new"
    if [ ! -e "$directory/build.ninja" ]; then
        rm -rf "$directory"
        meson setup "$directory" "$root" "$@" </dev/null >&2 9>&- || build_failed || return 1
    elif ! cmp -s "$directory.new" "$directory/.configured"; then
        meson setup --reconfigure "$directory" "$root" "$@" </dev/null >&2 9>&- || build_failed || return 1
    fi
    mv "$directory.new" "$directory/.configured"
    : >"$directory/.building"
    ninja -C "$directory" -j "$(getconf _NPROCESSORS_ONLN)" </dev/null >&2 9>&- || build_failed || return 1
    mv "$directory/.building" "$directory/.built"
}

build_failed() {
    say "the build failed. It needs what Debian 12 calls:" $(sed '/^#/d' "$root/tools/packages")
    return 1
}
