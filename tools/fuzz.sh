#!/bin/sh
# Fuzzes the parsers: each file named (tests/**/fuzz_*.c, an entry of libFuzzer) runs for FUZZ_SECONDS under the address
# and undefined behaviour sanitizers. What it has learnt stays in build/fuzz/corpus and the next run goes on from there;
# an input that breaks something is kept in build/fuzz.
set -eu
cd "$(dirname "$0")/.."

seconds=${FUZZ_SECONDS:-60}
out=build/fuzz-clang
[ $# -gt 0 ] || { echo "fuzz: no fuzzer named" >&2; exit 2; }

objects=
for source in "$@"; do
    objects="$objects $out/${source%.c}.o"
done
MAKEFLAGS= make --no-print-directory -j"$(nproc)" CC=clang MODE=fuzz $out/libplimsoll.a $objects

failed=
for source in "$@"; do
    name=$(basename "$source" .c)
    program=$out/${source%.c}
    corpus=build/fuzz/corpus/$name
    mkdir -p "$corpus"
    clang -pthread -fsanitize=fuzzer,address,undefined -Wl,--as-needed -o "$program" "$program.o" $out/libplimsoll.a \
        -lsqlite3 -llapacke -lopenblas -lgsl -lsodium -lz -lm
    echo "fuzz: $name for $seconds s"
    if LSAN_OPTIONS=suppressions=$PWD/tests/lsan.supp:print_suppressions=0 "$program" -max_total_time="$seconds" \
        -timeout=10 -rss_limit_mb=2048 -use_value_profile=1 -print_final_stats=1 \
        -artifact_prefix="build/fuzz/$name-" "$corpus" >"build/fuzz/$name.log" 2>&1; then
        grep -E '^(stat::number_of_executed_units|Done)' "build/fuzz/$name.log"
    else
        tail -n 40 "build/fuzz/$name.log" >&2
        failed="$failed $name"
    fi
done
if [ -n "$failed" ]; then
    echo "fuzz: failed:$failed" >&2
    exit 1
fi
