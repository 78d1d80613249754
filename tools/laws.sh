#!/bin/sh
# The laws of the house, as far as they can be read off the sources: which room may include which, who may know which
# library, where SQL may stand, how long a line may be (in tests and tools as well). Prints "file:line: the law" for
# every breach and then fails.
#
#   tools/laws.sh [ROOT]     ROOT is the tree to check, by default this one
set -eu

root=${1:-$(dirname "$0")/..}
cd "$root"
rooms=
for room in src data engine ui; do
    [ ! -d "$room" ] || rooms="$rooms $room"
done
files=
[ -z "$rooms" ] || files=$(find $rooms -name '*.[ch]' | LC_ALL=C sort)
if [ -z "$files" ]; then
    echo "laws: no sources under $root" >&2
    exit 2
fi

others=$(find tests tools Makefile -name '*.[ch]' -o -name '*.sh' -o -name Makefile 2>/dev/null | LC_ALL=C sort)

LC_ALL=C exec awk '
function breach(law) {
    printf "%s:%d: %s\n", FILENAME, FNR, law
    breaches++
}

# The storey of a path: src/app stands on ui, ui on engine, engine on data, data on src/base.
function storey(path) {
    if (path ~ /^src\/base\//) return 1
    if (path ~ /^data\//) return 2
    if (path ~ /^engine\//) return 3
    if (path ~ /^ui\//) return 4
    if (path ~ /^src\/app\//) return 5
    return 0
}

function engine_room(path,    part) {
    return split(path, part, "/") > 2 && part[1] == "engine" ? part[2] : ""
}

# Who in engine/ must not know whom.
function check_engine(from, to) {
    if (from ~ /^(factor|risk|portfolio)$/ && to ~ /^(market|trade|desk)$/)
        breach("engine/" from " is mathematics and must not include engine/" to)
    else if (from == "backtest" && to ~ /^(trade|desk)$/)
        breach("engine/backtest must not include engine/" to)
    else if (from == "market" && to ~ /^(trade|desk)$/)
        breach("engine/market must not include engine/" to "; orders know the market, not the other way round")
    else if (from == "trade" && to == "desk")
        breach("engine/trade must not include engine/desk")
}

function check_own(header,    here, there) {
    here = storey(FILENAME)
    there = storey(header)
    if (!there)
        breach("\"" header "\" is no path from the root of the tree into src/base, data, engine, ui or src/app")
    else if (there > here)
        breach("includes run src/app -> ui -> engine -> data -> src/base; this one climbs to " header)
    else
        check_engine(engine_room(FILENAME), engine_room(header))
}

function check_library(header) {
    if (header ~ /^(ncursesw?\/|(n?curses|term|termcap|panel|menu|form|unctrl)\.h$)/ && FILENAME !~ /^ui\//)
        breach("ncurses is included in ui/ alone")
    if (header ~ /^sqlite3(ext)?\.h$/ && FILENAME !~ /^data\/store\//)
        breach("sqlite3.h is included in data/store/ alone")
    if (header ~ /(^|\/)(cblas|f77blas|openblas_config|lapack|lapacke)[a-z_0-9]*\.h$/ &&
        FILENAME != "src/base/matrix.c")
        breach("BLAS and LAPACK are included in src/base/matrix.c alone")
    if (header ~ /^gsl\// && FILENAME != "src/base/special.c")
        breach("GSL is included in src/base/special.c alone")
    if (header ~ /^sodium(\.h|\/)/ && FILENAME != "src/base/hash.c")
        breach("libsodium is included in src/base/hash.c alone")
    if (header ~ /^z(lib|conf)\.h$/ && FILENAME != "src/base/gzip.c")
        breach("zlib is included in src/base/gzip.c alone")
    if (header ~ /^readline\//)
        check_readline(FILENAME ~ /^ui\// ? "ui" : FILENAME ~ /^src\/app\// ? "src/app" : "")
}

function check_readline(room) {
    if (room == "")
        breach("readline is included in ui/ and src/app/ alone")
    else if (room in readline_file && readline_file[room] != FILENAME)
        breach("readline is included by one file of " room "/, and that is " readline_file[room])
    else
        readline_file[room] = FILENAME
}

# Does a string literal of this line begin with an SQL statement? Quotes inside a literal and comments do not count, so
# a help text may say sql \"SELECT ...\".
function begins_statement(line,    i, c, inside, quote) {
    for (i = 1; i <= length(line); i++) {
        c = substr(line, i, 1)
        if (inside && c == "\\")
            i++
        else if (inside && c == quote)
            inside = 0
        else if (!inside && substr(line, i, 2) == "//")
            return 0
        else if (!inside && (c == "\"" || c == apostrophe)) {
            inside = 1
            quote = c
            if (c == "\"" && match(substr(line, i), statement) == 1)
                return 1
        }
    }
    return 0
}

BEGIN {
    apostrophe = sprintf("%c", 39)
    statement = "\"[ \t]*(SELECT |INSERT (OR [A-Z]+ )?INTO |REPLACE INTO |UPDATE [A-Za-z_]+ |DELETE FROM " \
        "|WITH [a-z_]+ ?(\\(|AS)|CREATE (TEMP |UNIQUE |VIRTUAL )?(TABLE|INDEX|VIEW|TRIGGER) " \
        "|DROP (TABLE|INDEX|VIEW|TRIGGER) " \
        "|ALTER TABLE |PRAGMA |VACUUM|ATTACH |BEGIN (IMMEDIATE|EXCLUSIVE|DEFERRED|TRANSACTION)|SAVEPOINT )"
}

{
    line = $0
    gsub(/[\200-\277]/, "", line) # what follows the first byte of a UTF-8 character
    if (length(line) > 120)
        breach("a line of " length(line) " characters; 120 are the most")
}

(FILENAME ~ /^(tests|tools)\// || FILENAME == "Makefile") {
    next
}

FNR == 1 {
    files++
    if (!storey(FILENAME))
        breach("no room: sources stand in src/base, data, engine, ui or src/app")
}

/^[ \t]*#[ \t]*include/ {
    header = $0
    sub(/^[ \t]*#[ \t]*include[ \t]*/, "", header)
    if (header !~ /^("[^"]*"|<[^>]*>)/) {
        breach("an include that cannot be read; name the header itself")
        next
    }
    own = substr(header, 1, 1) == "\""
    header = substr(header, 2)
    sub(/[">].*/, "", header)
    check_library(header)
    if (own)
        check_own(header)
    else if (storey(header))
        breach("<" header "> is a header of the house; put it in quotes")
}

$0 ~ statement && FILENAME !~ /^data\/store\// {
    if (begins_statement($0))
        breach("SQL stands in data/store/ alone")
}

END {
    if (breaches) {
        printf "laws: %d %s\n", breaches, breaches == 1 ? "breach" : "breaches"
        exit 1
    }
    printf "laws: %d files keep the laws of the house\n", files
}
' $files $others
