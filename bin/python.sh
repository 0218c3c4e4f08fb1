# Sourced by the commands beside it: finds Python 3.11 or newer, makes .venv, installs what is missing.
# shellcheck shell=sh

cd "$(dirname "$0")/.." || exit 1
needed=""

# find_python: the first Python that is new enough and can make a virtual environment.
find_python() {
    for candidate in "${NUANBAN_PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
        if [ -n "$candidate" ] && "$candidate" -c \
            'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
}

# make_venv runtime|dev
make_venv() {
    python=$(find_python)
    if [ -z "$python" ]; then
        needed="python3 python3-venv"
        install_needed "Nuanban needs Python 3.11 or newer that can make virtual environments."
        python=$(find_python)
    fi
    if [ -z "$python" ]; then
        echo "This machine's Python is older than 3.11. Name a newer one in NUANBAN_PYTHON." >&2
        exit 1
    fi
    "$python" config/serve/venv.py "$1" || exit $?
}

# need_program PROGRAM PACKAGE: remember Debian's package when the program is missing.
need_program() {
    command -v "$1" >/dev/null 2>&1 || needed="$needed $2"
}

# need_chinese_font PACKAGE: the same for a font, without which pages show empty boxes.
need_chinese_font() {
    if ! command -v fc-list >/dev/null 2>&1 || [ -z "$(fc-list :lang=zh family)" ]; then
        needed="$needed fontconfig $1"
    fi
}

# install_needed WHY: install what is missing as root on Debian, or say how and stop.
install_needed() {
    [ -n "$needed" ] || return 0
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "· installing $needed"
        # shellcheck disable=SC2086
        if { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
            apt-get install -qq -y --no-install-recommends $needed; } >/dev/null; then
            needed=""
            return 0
        fi
    fi
    echo "$1 Missing: $needed. On Debian and Ubuntu: sudo apt-get install $needed" >&2
    exit 1
}
