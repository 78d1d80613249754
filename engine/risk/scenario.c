#include "engine/risk/scenario.h"

// A date without a close takes the last one in so many days before it: longer than any closure of the exchanges since
// 1933 (11 to 16 September 2001).
enum { CLOSE_LATEST_DAYS = 7 };

const risk_scenario *risk_scenarios(size_t *n) {
    // Days since 1970-01-01; the tests check them against the calendar.
    static const risk_scenario list[] = {
        {"Dot-com 2000-02", 11040, 11969, "S&P 500 from the peak of 24 March 2000 to the trough of 9 October 2002"},
        {"Crisis 2007-09", 13795, 14312, "S&P 500 from the peak of 9 October 2007 to the trough of 9 March 2009"},
        {"Crisis 2008", 14134, 14203, "S&P 500 from Lehman's last trading day, 12 September, to 20 November 2008"},
        {"COVID 2020", 18311, 18344, "S&P 500 from the peak of 19 February to the trough of 23 March 2020"},
    };
    *n = sizeof list / sizeof *list;
    return list;
}

size_t risk_row_at(const date *days, size_t n, date day) {
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (days[middle] <= day)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && day - days[low - 1] <= CLOSE_LATEST_DAYS ? low - 1 : n;
}

status risk_index_move(const risk_index *index, date from, date to, double *move) {
    char text[DATE_TEXT];
    if (from >= to)
        return status_fail(STATUS_INVALID, "the episode begins on %s; its end must be later", date_text(from, text));
    size_t first = risk_row_at(index->day, index->n, from), last = risk_row_at(index->day, index->n, to);
    if (first == index->n || last == index->n)
        return status_fail(STATUS_NOT_FOUND, "the index has no close at %s",
                           date_text(first == index->n ? from : to, text));
    double before = index->close[first], after = index->close[last];
    if (!(before > 0) || !(after > 0))
        return status_fail(STATUS_INVALID, "the index's close at %s is not positive",
                           date_text(before > 0 ? to : from, text));
    *move = after / before - 1;
    return STATUS_OK;
}
