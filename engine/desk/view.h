// What the screen sees: plain data without pointers in one shared mapping, in sections. The desk's process writes it;
// this process's workstation and those that attach (with the mapping's descriptor, sealed against writing) only read.
// Each section is published whole under a sequence lock, so a reader gets one moment of it, never half of two, and
// neither side ever waits for the other. Nothing is computed on the reading side.
//
// Prices and money are integers in 1e-4 units; statistics are doubles (fractions); times are ns since 1970 on the
// session clock unless the name says wall or mono. Lists begin with `n`; only the first n rows mean anything.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/market/course.h"
#include "src/base/status.h"

enum {
    VIEW_POSITIONS_MAX = 2048,
    VIEW_ORDERS_MAX = 1024,
    VIEW_FILLS_MAX = 256,
    VIEW_BOOKS = 8,   // books that screens look at
    VIEW_LEVELS = 40, // levels a side
    VIEW_TAPE = 48,
    VIEW_CLOSES = 256,
    VIEW_SPARK = 20,
    VIEW_FACTORS = 48, // styles and sectors
    VIEW_NAMES = 512,  // names in the risk view, largest weights first
    VIEW_VAR_DAYS = 500,
    VIEW_SCENARIOS = 16,
    VIEW_WORST = 8,
    VIEW_RUNS = 64,
    VIEW_CURVES = 16, // runs whose curve is in the mapping, the newest
    VIEW_CURVE_POINTS = 512,
    VIEW_PNL_POINTS = 1024,
    VIEW_JOBS = 32,
    VIEW_AUDIT = 64,
    VIEW_TRIPS = 16,
    VIEW_QUOTES = 512, // securities with a book, most traded first
};

typedef enum { BREAKER_TRADING, BREAKER_TRIPPED, BREAKER_QUIET } view_breaker_state;

typedef struct {
    char program[32];    // version
    char workspace[128]; // its directory
    char state[8];       // DEMO, PAPER, REPLAY, LIVE
    char user[32], role[16];
    char portfolio[24];
    int64_t desk_time;     // session clock
    int32_t session;       // date of the session
    int32_t data_date;     // date of the last stored bar
    int64_t beat_mono;     // CLOCK_MONOTONIC of the last turn of the desk; an old beat means the desk is gone
    int64_t feed_time;     // session clock of the last market event
    int32_t venue_running; // 0: paused
    double pace;           // session seconds a wall second
    int32_t breaker;
    int32_t unwritten; // 1: the journal can't be written, so that all changes are refused
    int32_t queue;     // commands waiting
    int32_t working;   // orders working
    int32_t securities;
    char data_version[17];
    int64_t note_sequence; // grows with every note
    char note[160];        // the last thing worth saying: "filled 100 NVDA at 121.06"
} view_status;

typedef struct {
    int32_t sid;
    char symbol[16], sector[32];
    int64_t quantity, average, last, previous; // previous = close before the session
    int64_t mark_time;
    int64_t value, unrealised, realised, day_pnl, fees;
    int64_t traded;            // shares bought and sold in this session
    double day_change, weight; // weight = value / equity
    uint8_t spark[VIEW_SPARK]; // closes of the last days scaled to 0 … 7
    int32_t spark_n;
} view_position;

typedef struct {
    int32_t n, hidden; // hidden: rows beyond VIEW_POSITIONS_MAX
    int32_t held;      // positions whose quantity is not zero, hidden ones too
    int64_t long_value, short_value, cash, equity, start_equity;
    int64_t by_hand; // of the equity, what was set by hand in this session: equity = start_equity + by_hand + day_pnl
    int64_t capital; // what the day's percentages and the breaker's are of: desk.md
    int64_t day_pnl, unrealised, realised, fees;
    int64_t mark_age;                       // ns since the newest mark; -1: nothing has traded, all marks are closes
    view_position rows[VIEW_POSITIONS_MAX]; // largest first; those of quantity 0, closed in this session, last
} view_positions;

typedef enum {
    ORDER_NEW,
    ORDER_WORKING,
    ORDER_PARTIAL,
    ORDER_FILLED,
    ORDER_CANCELLED,
    ORDER_REJECTED,
    ORDER_EXPIRED,
} view_order_state;

typedef struct {
    int64_t id, time;
    int32_t sid;
    char symbol[16], client[40];
    int32_t side, type, tif, traits, self; // as engine/market/book.h; type: what it is now
    int32_t state;
    int32_t waits; // a live order off the display: a stop, all-or-none
    int64_t quantity, filled, price, average_fill;
    int64_t stop;                     // of stops, triggered ones too
    int64_t trail, display, expires;  // 0: none
    int64_t shown;                    // on display now; 0 when it is in no book
    int64_t other;                    // of its pair
    int32_t queue_place, queue_total; // 0 when unknown
    char reason[96];
} view_order;

typedef struct {
    int32_t n, working, filled;       // working, filled: of all orders, not of the rows alone
    int32_t filled_earlier;           // of `filled`: orders of earlier sessions
    int64_t total;                    // orders there ever were
    view_order rows[VIEW_ORDERS_MAX]; // working first, then newest first
} view_orders;

typedef struct {
    int64_t time, order;
    int32_t sid, side;
    char symbol[16];
    int64_t quantity, price, fee;
} view_fill;

typedef struct {
    int32_t n;
    int64_t total;                  // fills there ever were
    view_fill rows[VIEW_FILLS_MAX]; // newest first
} view_fills;

typedef struct {
    int64_t price, quantity;
    int32_t orders;
    int32_t own_place, own_total; // of the desk's first order at this price; 0 = none
    int64_t own_quantity;
} view_level;

typedef struct {
    int64_t time, price, quantity;
    int32_t aggressor; // side
    int32_t own;       // the desk took part
} view_print;

typedef struct {
    int32_t sid;   // 0: the slot is free
    int32_t live;  // a book stands behind it; otherwise only closes
    int32_t state; // book_state; continuous without a book
    char symbol[16], name[64], sector[32];
    int64_t time; // of the last event
    int64_t last, previous, open, high, low, volume, trades;
    double vwap, mid, micro, imbalance; // prices in 1e-4 units, 0: there is none; imbalance -1 … 1, + = more bids
    int64_t spread;
    int32_t bids, asks, prints, closes;
    view_level bid[VIEW_LEVELS], ask[VIEW_LEVELS]; // best first
    view_print tape[VIEW_TAPE];                    // newest first
    int32_t close_day[VIEW_CLOSES];
    double close[VIEW_CLOSES]; // oldest first, currency units, on the scale of the last one (splits divided out)
    course course;             // of the last price through the day; the venue's since the desk has looked at the book
} view_book;

// What has a book: the venue's, or while a replay runs the replay's alone.
typedef struct {
    int32_t sid;
    char symbol[16];
    int32_t state;                                       // book_state
    int64_t bid, bid_quantity, ask, ask_quantity;        // the touch; 0: that side is empty
    int64_t last, open, high, low, volume, trades, time; // of the last trade; 0 before the first
    double change, vwap; // change: of last from `previous` (a replay: from the open), fraction
} view_quote;

typedef struct {
    int32_t n, hidden; // hidden: rows beyond VIEW_QUOTES
    int32_t replayed;
    view_quote row[VIEW_QUOTES]; // most traded first (value)
} view_market;

// A day from a file that is played in the market's place (replay.h). All zero when none is.
typedef struct {
    int64_t number;                         // of this replay; grows with each
    int32_t state;                          // replay_state
    int32_t securities;                     // known so far
    char file[160], format[16], symbol[16]; // symbol: the one that is followed, "" for all
    char message[200];                      // why it failed, or ended early
    int32_t day;                            // DATE_NONE when the file does not say
    int64_t midnight;                       // instant from which its times of day count
    int64_t time, from, to;                 // instants; to: 0 for the file's end
    double speed;                           // 0: as fast as it can
    uint64_t messages;                      // since the file's beginning
    double rate;                            // messages a second, lately
} view_replay;

// A recording of the market under way (recording.h). All zero when none is.
typedef struct {
    char file[160];
    char message[200]; // why it can't be written on
    int64_t since;     // wall
    uint64_t events, bytes;
    int32_t books;
} view_record;

typedef struct {
    int64_t time;      // wall: it is about people
    int64_t desk_time; // session clock
    int32_t state;
    char user[32], cause[96];
} view_trip;

typedef struct {
    char name[32];
    double used, limit; // in the unit named; the limit as it is in force
    double full;        // the limit when it is not halved
    char unit[8];       // "money", "shares", "percent", "count"
} view_limit;

typedef struct {
    int32_t state;
    int64_t since;       // wall
    int64_t since_desk;  // session clock
    int64_t quiet_until; // wall: when halved limits are in full again; 0 unless QUIET
    char cause[96], user[32];
    int32_t limits, trips;
    int32_t changes; // of its state there ever were; the last ones are in `trip`
    view_limit limit[16];
    view_trip trip[VIEW_TRIPS]; // newest first
} view_breaker;

typedef struct {
    char name[32];
    char group[16];      // "market", "style", "sector"
    double exposure;     // of the portfolio
    double volatility;   // of the factor, annual
    double contribution; // to annual volatility; all contributions and specific sum to total
    double percent;      // contribution / total
} view_factor;

typedef struct {
    int32_t sid;
    char symbol[16], sector[32];
    double weight, contribution, percent, specific; // specific: annual volatility of its own
    float exposure[VIEW_FACTORS];
} view_name;

// FLAT: nothing is held, so there is nothing to compute.
typedef enum {
    ANALYTICS_NONE,
    ANALYTICS_COMPUTING,
    ANALYTICS_READY,
    ANALYTICS_FAILED,
    ANALYTICS_FLAT,
} view_analytics_state;

typedef struct {
    int32_t state;     // as view_analytics_state
    char message[160]; // why it failed, or what is being done
    int32_t as_of;     // date of the last return used
    int64_t computed;  // wall
    char model[17], data[17];
    int32_t factors, names, securities, history; // names: rows below; securities and days in the estimate
    int32_t names_total;                         // names held
    int32_t of_gross;                            // value below is gross, because equity is not positive
    double value; // the portfolio's equity or gross value that fractions refer to, currency units
    double total; // annual volatility
    double market, style, sector, specific; // contributions to it: they sum to total
    double factor;                          // market + style + sector
    double r2;                              // mean of the model's daily regressions
    double beta, herfindahl, effective_names;
    view_factor factor_row[VIEW_FACTORS];
    view_name name_row[VIEW_NAMES];
    // Value at risk, one day, positive = loss, fraction of value
    double var95_hist, var99_hist, es95_hist, es99_hist, var95_norm, var99_norm, es95_norm, es99_norm;
    int32_t var_days;      // of the history below
    int32_t var_forecasts; // of these, days that have a forecast: the others could not become exceptions
    int32_t exceptions;    // days with loss beyond var_series
    int32_t var_day[VIEW_VAR_DAYS];
    float pnl_series[VIEW_VAR_DAYS]; // returns of today's portfolio on past days
    float var_series[VIEW_VAR_DAYS]; // 99 % one-day forecast made the day before; NaN where there is none
} view_risk;

typedef struct {
    char symbol[16];
    double pnl;
} view_loss;

typedef struct {
    char name[40], how[24]; // "replayed" or "through factors"
    char message[160];      // why it could not be computed: the figures are NaN then; "" when it was
    int32_t from, to;
    double index_move;   // of the S&P 500, fraction
    double pnl, percent; // currency units, fraction of value
    int32_t factors, worst_n;
    double by_factor[VIEW_FACTORS]; // currency units, in the order of view_risk.factor_row
    view_loss worst[VIEW_WORST];
} view_scenario;

typedef struct {
    int32_t state, n; // state: as view_analytics_state
    char message[160];
    view_scenario row[VIEW_SCENARIOS];
} view_stress;

typedef enum { RUN_QUEUED, RUN_RUNNING, RUN_DONE, RUN_FAILED, RUN_CANCELLED } view_run_state;

typedef struct {
    int64_t job; // number of the job, 0 for a run from the store
    char run_id[17], strategy[32], parameters[160];
    int32_t state, curve; // curve: slot of its section, -1 when it has none
    double progress;      // 0 … 1
    int32_t from, to, days;
    double total_return, annual_return, volatility, sharpe, sortino, calmar, max_drawdown, turnover, hit_rate, costs;
    int64_t trades;
    int64_t created;
    char message[96]; // of a failure
} view_run;

typedef struct {
    int32_t n;
    view_run row[VIEW_RUNS]; // newest first
} view_runs;

typedef struct {
    char run_id[17];
    int32_t n;
    int32_t day[VIEW_CURVE_POINTS];
    float equity[VIEW_CURVE_POINTS], drawdown[VIEW_CURVE_POINTS]; // equity starts at 1; drawdown <= 0
} view_curve;

typedef struct {
    int32_t n;
    int64_t time[VIEW_PNL_POINTS];
    double pnl[VIEW_PNL_POINTS]; // of the day, currency units; oldest first
} view_pnl;

typedef struct {
    int64_t id;
    char what[96];
    int32_t state; // as view_run_state
    double progress;
    int64_t started; // wall
    double seconds;
    char message[96];
} view_job;

typedef struct {
    int32_t n;
    view_job row[VIEW_JOBS];
} view_jobs;

typedef struct {
    int64_t id, time; // wall
    char user[32], face[16], command[128], result[96];
} view_audit_row;

typedef struct {
    int32_t n;
    view_audit_row row[VIEW_AUDIT]; // newest first
} view_audit;

typedef enum {
    SECTION_STATUS,
    SECTION_POSITIONS,
    SECTION_ORDERS,
    SECTION_FILLS,
    SECTION_BREAKER,
    SECTION_RISK,
    SECTION_STRESS,
    SECTION_RUNS,
    SECTION_PNL,
    SECTION_JOBS,
    SECTION_AUDIT,
    SECTION_MARKET,
    SECTION_REPLAY,
    SECTION_RECORD,
    SECTION_BOOK,                              // VIEW_BOOKS of them
    SECTION_CURVE = SECTION_BOOK + VIEW_BOOKS, // VIEW_CURVES of them
    SECTION_COUNT = SECTION_CURVE + VIEW_CURVES,
} view_section;

typedef struct view view; // the mapping

status view_create(view **out);     // an anonymous shared mapping that this process may write
int view_descriptor(const view *v); // to hand to a reader; writing through a new mapping of it is sealed off
status view_attach(int descriptor, view **out); // takes the descriptor; STATUS_VERSION for another program's mapping
void view_release(view *v);

// The writer: publishes the first `bytes` of a section's structure. One thread a section at a time.
void view_publish(view *v, view_section section, const void *data, size_t bytes);
// The reader: copies the section to `out` (of the section's structure size) when it changed since *seen (0 at first).
// Returns whether it did. Waits for a publication under way; from a writer that was stopped in the middle of one the
// old content stays and false comes back after 100 ms.
bool view_read(const view *v, view_section section, void *out, uint64_t *seen);
// Grows whenever any section was published: a screen looks here before it looks further.
uint64_t view_generation(const view *v);
