#!/bin/sh
# Runs test programs (cmocka) one after the other and ends with what failed and "N passed, N failed, N skipped".
set -u
export LC_ALL=C.UTF-8 TZ=UTC
log=$(mktemp) failures=$(mktemp)
trap 'rm -f "$log" "$failures"' EXIT
passed=0 failed=0 skipped=0
start=$(date +%s)
for program in "$@"; do
    began=$(date +%s%N)
    CMOCKA_MESSAGE_OUTPUT=SUBUNIT "$program" >"$log" 2>&1
    code=$?
    p=$(grep -c '^success: ' "$log"); f=$(grep -cE '^(failure|error): ' "$log"); s=$(grep -c '^skip: ' "$log")
    took=$((($(date +%s%N) - began) / 1000000))
    if [ "$code" -ne 0 ] && [ "$f" -eq 0 ]; then f=1; fi
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    printf '%-52s %4d passed %2d failed %2d skipped %6d ms\n' "${program#*/*/}" "$p" "$f" "$s" "$took"
    grep -h '^SKIP' "$log"
    if [ "$f" -ne 0 ]; then
        sed 's/^/    /' "$log" | tail -n 60
        {
            echo "FAILED ${program#*/*/} (exit $code)"
            grep -vE '^(test|success|skip): ' "$log" | sed 's/^/    /' | tail -n 8
        } >>"$failures"
    fi
done
cat "$failures"
echo "$(($(date +%s) - start)) s in all"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
