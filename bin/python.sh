# Sourced by the commands beside it: finds Python 3.11 or newer and makes .venv with it.
# shellcheck shell=sh

cd "$(dirname "$0")/.." || exit 1

find_python() {
    for candidate in "${NUANBAN_PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
        if [ -n "$candidate" ] && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "Nuanban needs Python 3.11 or newer. On Debian and Ubuntu: apt-get install python3 python3-venv" >&2
    return 1
}

# make_venv runtime|dev
make_venv() {
    python=$(find_python) || exit 1
    "$python" config/serve/venv.py "$1" || exit $?
}

# need_package PROGRAM PACKAGE: remember Debian's package when the program is missing.
need_package() {
    command -v "$1" >/dev/null 2>&1 || needed="${needed:-} $2"
}

# need_chinese_font PACKAGE: the same for a font, without which pages show empty boxes.
need_chinese_font() {
    if ! command -v fc-list >/dev/null 2>&1 || [ -z "$(fc-list :lang=zh family)" ]; then
        needed="${needed:-} $1 fontconfig"
    fi
}

# install_needed WHO: install what is missing as root on Debian, or say how.
install_needed() {
    [ -n "${needed:-}" ] || return 0
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "· installing$needed"
        if (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $needed) >/dev/null; then
            return 0
        fi
    fi
    echo "$1 need:$needed. On Debian and Ubuntu: sudo apt-get install$needed" >&2
    exit 1
}
