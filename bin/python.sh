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
