// What happened, and the sentence that says so.
// A function that can fail at run time returns a status; the sentence for a failure is kept per thread until the next
// failure and grows a line with every caller that has something to add (what was being done, to what, where).
// Broken invariants are asserted instead.
#pragma once

#include <stdbool.h>

typedef enum {
    STATUS_OK,
    STATUS_USAGE,       // the command was worded wrongly; exit code 2
    STATUS_INVALID,     // an argument or an input is out of its domain
    STATUS_NOT_FOUND,   // the thing named does not exist
    STATUS_EXISTS,      // it exists already
    STATUS_REFUSED,     // a rule forbids it (permission, pre-trade check, breaker)
    STATUS_BUSY,        // somebody else holds it
    STATUS_CANCELLED,   // the user asked to stop
    STATUS_FULL,        // a bounded resource is exhausted (disk, pool, queue)
    STATUS_IO,          // the operating system said no
    STATUS_CORRUPT,     // stored bytes are not what was written
    STATUS_VERSION,     // another version of the program or of a format
    STATUS_UNAVAILABLE, // needs something that is not there (terminal, desk, model)
    STATUS_END,         // nothing more to read; not an error
} status;

// Sets this thread's sentence and returns `code`, so that a caller can `return status_fail(...)`.
status status_fail(status code, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Puts "<text>: " before this thread's sentence and returns `code` unchanged.
status status_within(status code, const char *format, ...) __attribute__((format(printf, 2, 3)));

// The sentence of the last failure on this thread; "" when there was none. Borrowed, valid until the next failure.
const char *status_message(void);

// Keeps this thread's sentence over calls that may put others in its place.
//   status_sentence kept = status_keep();  …  status_put_back(&kept);
enum { STATUS_SENTENCE = 1024 };
typedef struct {
    char text[STATUS_SENTENCE];
} status_sentence;
status_sentence status_keep(void);
void status_put_back(const status_sentence *kept);

// "not found" for STATUS_NOT_FOUND, and so on.
const char *status_name(status code);

// 0 for OK, 2 for USAGE, 1 otherwise.
int status_exit_code(status code);

// Returns early from a function that itself returns a status.
#define TRY(expression)                                                                                                \
    do {                                                                                                               \
        status try_status_ = (expression);                                                                             \
        if (try_status_ != STATUS_OK)                                                                                  \
            return try_status_;                                                                                        \
    } while (0)

#ifdef __clang_analyzer__
// Tells the static analyzer, which doesn't see into status.c, that the code given comes back.
#define status_fail(code, ...) (status_fail((code), __VA_ARGS__), (code))
#define status_within(code, ...) (status_within((code), __VA_ARGS__), (code))
#endif
