#include "engine/market/lobster.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/clock.h"
#include "src/base/csv.h"
#include "src/base/mem.h"

enum { FIELDS = 6 };
static const int64_t NO_PRICE = INT64_C(9999999999); // of a level that is not there

struct lobster_reader {
    csv_reader *messages, *book;
    size_t levels;
    uint64_t rows;
    int64_t time;
    status ended;
    char *why;
    lobster_row row;
};

char *lobster_book_path(const char *messages) {
    const char *slash = strrchr(messages, '/'), *at = NULL, *word = "message";
    for (const char *p = strstr(slash ? slash : messages, word); p; p = strstr(p + 1, word))
        at = p;
    if (!at)
        return NULL;
    text path = {0};
    text_put_n(&path, messages, (size_t)(at - messages));
    text_put(&path, "orderbook");
    text_put(&path, at + strlen(word));
    return path.at;
}

static lobster_reader *reader_new(csv_reader *messages, csv_reader *rows) {
    lobster_reader *r = mem_new(1, sizeof *r);
    r->messages = messages;
    r->book = rows;
    return r;
}

status lobster_open(const char *messages, const char *rows, lobster_reader **out) {
    csv_reader *first, *second;
    *out = NULL;
    TRY(csv_open(messages, &first));
    status s = csv_open(rows, &second);
    if (s == STATUS_OK)
        *out = reader_new(first, second);
    else
        csv_close(first);
    return s;
}

lobster_reader *lobster_from_memory(const char *messages, size_t n_messages, const char *rows, size_t n_rows) {
    return reader_new(csv_from_memory("messages", messages, n_messages), csv_from_memory("orderbook", rows, n_rows));
}

void lobster_close(lobster_reader *r) {
    if (!r)
        return;
    csv_close(r->messages);
    csv_close(r->book);
    free(r->why);
    free(r);
}

size_t lobster_levels(const lobster_reader *r) { return r->levels; }
uint64_t lobster_line(const lobster_reader *r) { return csv_line(r->messages); }
const char *lobster_file(const lobster_reader *r) { return csv_name(r->messages); }

static status bad_field(const csv_reader *file, size_t field, slice s, const char *wanted) {
    return status_fail(STATUS_INVALID, "%s:%llu: field %zu is '%.*s', where %s is to stand", csv_name(file),
                       (unsigned long long)csv_line(file), field + 1, s.n < 40 ? (int)s.n : 40, s.at, wanted);
}

// Seconds as ns below a day; decimals behind the ninth, which the vendor's rounding leaves now and then, are cut off.
static bool read_time(slice s, int64_t *out) {
    int64_t seconds = 0, fraction = 0, unit = NS_PER_S;
    unsigned i = 0;
    for (; i < s.n && s.at[i] >= '0' && s.at[i] <= '9' && seconds < 86400; i++)
        seconds = seconds * 10 + (s.at[i] - '0');
    bool fine = i > 0 && seconds < 86400;
    if (fine && i < s.n && s.at[i] == '.')
        for (i++; i < s.n && s.at[i] >= '0' && s.at[i] <= '9'; i++) {
            unit /= 10;
            fraction += (s.at[i] - '0') * unit;
        }
    *out = seconds * NS_PER_S + fraction;
    return fine && i == s.n;
}

static bool read_within(slice s, int64_t least, int64_t most, int64_t *out) {
    return slice_int(s, out) && *out >= least && *out <= most;
}

static status read_message(lobster_reader *r, const slice *f, size_t n, lobster_message *m) {
    const csv_reader *file = r->messages;
    int64_t type, order, direction;
    if (n != FIELDS)
        return status_fail(STATUS_INVALID, "%s:%llu: %zu fields, where a message has %d", csv_name(file),
                           (unsigned long long)csv_line(file), n, FIELDS);
    if (!read_time(f[0], &m->time) || m->time < r->time)
        return bad_field(file, 0, f[0], "a time in seconds, not before that of the line above,");
    if (!read_within(f[1], LOBSTER_ADD, LOBSTER_HALT, &type))
        return bad_field(file, 1, f[1], "a type from 1 to 7");
    m->type = (lobster_type)type;
    bool halt = type == LOBSTER_HALT, unnamed = type >= LOBSTER_HIDDEN;
    if (!read_within(f[2], unnamed ? INT64_MIN : 1, INT64_MAX, &order))
        return bad_field(file, 2, f[2], "an order's number");
    if (!read_within(f[3], halt ? INT64_MIN : 1, UINT32_MAX, &m->quantity))
        return bad_field(file, 3, f[3], "a number of shares");
    if (!read_within(f[4], halt ? -1 : 1, halt ? 1 : NO_PRICE - 1, &m->price))
        return bad_field(file, 4, f[4], halt ? "-1, 0 or 1" : "a price");
    if (!read_within(f[5], -1, 1, &direction) || direction == 0)
        return bad_field(file, 5, f[5], "1 or -1");
    m->order = unnamed ? 0 : (uint64_t)order;
    m->side = direction == 1 ? SIDE_BUY : SIDE_SELL;
    r->time = m->time;
    return STATUS_OK;
}

// A level is there, or is not (its price stands for that, its quantity is 0) and then none after it is.
static status read_level(lobster_reader *r, const slice *f, size_t field, side s) {
    int64_t price, quantity;
    size_t *n = &r->row.n[s];
    lobster_level *levels = r->row.at[s];
    if (!slice_int(f[field], &price))
        return bad_field(r->book, field, f[field], "a price");
    if (!read_within(f[field + 1], 0, INT64_MAX, &quantity))
        return bad_field(r->book, field + 1, f[field + 1], "a number of shares");
    if (quantity == 0 && (price == NO_PRICE || price == -NO_PRICE))
        return STATUS_OK;
    bool next = *n == field / 4 && quantity > 0 && price > 0 && price < NO_PRICE;
    if (next && *n > 0)
        next = s == SIDE_BUY ? price < levels[*n - 1].price : price > levels[*n - 1].price;
    if (!next)
        return bad_field(r->book, field, f[field], "a price behind that of the level before, with shares,");
    levels[(*n)++] = (lobster_level){price, quantity};
    return STATUS_OK;
}

static status read_row(lobster_reader *r, const slice *f, size_t n) {
    if (!r->levels && n > 0 && n % 4 == 0 && n / 4 <= LOBSTER_LEVELS)
        r->levels = n / 4;
    if (n != 4 * r->levels || !n)
        return status_fail(STATUS_INVALID, "%s:%llu: %zu fields, where %s", csv_name(r->book),
                           (unsigned long long)csv_line(r->book), n,
                           r->levels ? "the lines before have another number"
                                     : "a book has four for each level and at most 200 levels");
    r->row.n[SIDE_BUY] = r->row.n[SIDE_SELL] = 0;
    for (size_t field = 0; field < n; field += 4) {
        TRY(read_level(r, f, field, SIDE_SELL));
        TRY(read_level(r, f, field + 2, SIDE_BUY));
    }
    return STATUS_OK;
}

static status read_next(lobster_reader *r, lobster_message *m) {
    const slice *fields;
    size_t n;
    status s = csv_next(r->messages, &fields, &n);
    if (s != STATUS_OK && s != STATUS_END)
        return s;
    if (s == STATUS_OK)
        TRY(read_message(r, fields, n, m));
    status other = csv_next(r->book, &fields, &n);
    if (other != STATUS_OK && other != STATUS_END)
        return other;
    if (s != other)
        return status_fail(STATUS_INVALID, "%s ends after %llu rows, and %s goes on",
                           csv_name(s == STATUS_END ? r->messages : r->book), (unsigned long long)r->rows,
                           csv_name(s == STATUS_END ? r->book : r->messages));
    if (s == STATUS_OK) {
        TRY(read_row(r, fields, n));
        r->rows++;
    }
    return s;
}

status lobster_next(lobster_reader *r, lobster_message *message, const lobster_row **row) {
    *row = &r->row;
    if (r->ended != STATUS_OK)
        return r->why ? status_fail(r->ended, "%s", r->why) : r->ended;
    r->ended = read_next(r, message);
    if (r->ended != STATUS_OK && r->ended != STATUS_END)
        r->why = mem_string(status_message());
    return r->ended;
}
