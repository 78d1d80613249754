#!/bin/sh
# Line coverage by file, the least covered first, from what the tests left in DIR; printed and kept in
# build/coverage.txt. A file that no test linked counts with all its lines.
#
#   tools/coverage.sh DIR    a build with MODE=coverage, after its tests have run
set -eu
cd "$(dirname "$0")/.."
[ $# -eq 1 ] || { echo "usage: tools/coverage.sh DIR" >&2; exit 2; }
dir=$1
case $dir in
*clang*) gcov='llvm-cov-14 gcov' ;;
*) gcov=gcov ;;
esac

notes=
for room in src data engine ui; do
    [ ! -d "$dir/$room" ] || notes="$notes $(find "$dir/$room" -name '*.gcno')"
done
[ -n "$notes" ] || { echo "coverage: nothing built with --coverage under $dir" >&2; exit 1; }

for note in $notes; do
    $gcov -n "${note%.gcno}.o" 2>/dev/null
done | awk '
/^File / {
    split($0, part, "\047")
    file = part[2]
}
/^Lines executed:/ && file ~ /^(src|data|engine|ui)\/.*\.c$/ {
    split($0, part, /[:% ]+/)
    printf "%6.1f %% of %5d lines  %s\n", part[3], part[5], file | "LC_ALL=C sort -n"
    lines += part[5]
    run += part[3] * part[5] / 100
    file = ""
}
END {
    if (!lines)
        exit 1
    close("LC_ALL=C sort -n")
    printf "%6.1f %% of %5d lines  in all\n", 100 * run / lines, lines
}' >build/coverage.txt
cat build/coverage.txt
