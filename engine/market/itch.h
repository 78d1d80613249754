// NASDAQ TotalView-ITCH 5.0 as it stands in a file or packet: big-endian fields without padding, read in place. Every
// message is a structure of bytes (alignment 1), so a pointer into a mapped file is one; itch_get16 … and itch_put16 …
// read and write its fields. Source: "Nasdaq TotalView-ITCH 5.0", the vendor's interface specification.
//
// In a file each message has its length before it, two bytes big-endian; 0 means that the type alone says the length.
// Times are ns since midnight, New York; prices 1e-4 dollars, but for the three levels of a market-wide circuit breaker
// (1e-8). Text is ASCII, filled up with spaces.
#pragma once

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct {
    uint8_t at[2];
} itch16;
typedef struct {
    uint8_t at[4];
} itch32;
typedef struct {
    uint8_t at[6];
} itch48;
typedef struct {
    uint8_t at[8];
} itch64;

typedef struct {
    char type;
    itch16 locate;   // number of the security for the day, 0 when the message is about none
    itch16 tracking; // the vendor's own
    itch48 time;
} itch_message;

typedef struct { // S
    itch_message head;
    char event; // O messages begin, S system hours, Q market hours, M market hours end, E system hours end, C all ends
} itch_system;

typedef struct { // R
    itch_message head;
    char stock[8];
    char category, financial_status;
    itch32 round_lot;
    char round_lots_only, classification, subtype[2], authenticity, short_sale, ipo, tier, etp;
    itch32 etp_leverage;
    char inverse;
} itch_directory;

typedef struct { // H
    itch_message head;
    char stock[8];
    char state; // H halted, P paused, Q quotation only, T trading
    char reserved, reason[4];
} itch_trading;

typedef struct { // Y
    itch_message head;
    char stock[8];
    char action;
} itch_short_sale;

typedef struct { // L
    itch_message head;
    char participant[4], stock[8];
    char primary, mode, state;
} itch_participant;

typedef struct { // V
    itch_message head;
    itch64 level[3]; // 1e-8
} itch_breaker_levels;

typedef struct { // W
    itch_message head;
    char level;
} itch_breaker;

typedef struct { // K
    itch_message head;
    char stock[8];
    itch32 release; // seconds since midnight
    char qualifier;
    itch32 price;
} itch_ipo;

typedef struct { // J
    itch_message head;
    char stock[8];
    itch32 reference, upper, lower, extension;
} itch_collar;

typedef struct { // h
    itch_message head;
    char stock[8];
    char market, action;
} itch_operational;

typedef struct { // A
    itch_message head;
    itch64 reference;
    char side; // B or S
    itch32 shares;
    char stock[8];
    itch32 price;
} itch_add;

typedef struct { // F
    itch_add add;
    char participant[4];
} itch_add_attributed;

typedef struct { // E
    itch_message head;
    itch64 reference;
    itch32 shares;
    itch64 match;
} itch_executed;

typedef struct { // C
    itch_executed executed;
    char printable; // Y or N: counted already, or to be told by a cross
    itch32 price;
} itch_executed_at;

typedef struct { // X
    itch_message head;
    itch64 reference;
    itch32 shares; // taken off
} itch_cancel;

typedef struct { // D
    itch_message head;
    itch64 reference;
} itch_delete;

typedef struct { // U
    itch_message head;
    itch64 reference, fresh; // the order that goes, the one that comes
    itch32 shares, price;
} itch_replace;

typedef struct { // P, a trade with an order that was not displayed
    itch_message head;
    itch64 reference; // 0 since 2010
    char side;        // of the hidden order; B since 2014 whatever it was
    itch32 shares;
    char stock[8];
    itch32 price;
    itch64 match;
} itch_trade;

typedef struct { // Q
    itch_message head;
    itch64 shares;
    char stock[8];
    itch32 price;
    itch64 match;
    char kind; // O opening, C closing, H halt or IPO, I intraday
} itch_cross;

typedef struct { // B
    itch_message head;
    itch64 match;
} itch_broken;

typedef struct { // I
    itch_message head;
    itch64 paired, imbalance;
    char direction;
    char stock[8];
    itch32 far, near, reference;
    char kind, variation;
} itch_imbalance;

typedef struct { // N
    itch_message head;
    char stock[8];
    char interest;
} itch_retail;

typedef struct { // O
    itch_message head;
    char stock[8];
    char eligible;
    itch32 least, most, near;
    itch64 near_time;
    itch32 lower, upper;
} itch_listing;

enum { ITCH_MOST = 50 };                   // bytes of the longest message
#define ITCH_MAX_PRICE INT64_C(2000000000) // 200,000 dollars, the largest that the format knows

// Bytes of a message by its type, 0 for none.
extern const uint8_t itch_sizes[256];

static inline uint16_t itch_get16(itch16 field) {
    uint16_t x;
    memcpy(&x, field.at, sizeof x);
    return be16toh(x);
}

static inline uint32_t itch_get32(itch32 field) {
    uint32_t x;
    memcpy(&x, field.at, sizeof x);
    return be32toh(x);
}

static inline uint64_t itch_get48(itch48 field) {
    uint16_t high;
    uint32_t low;
    memcpy(&high, field.at, sizeof high);
    memcpy(&low, field.at + sizeof high, sizeof low);
    return (uint64_t)be16toh(high) << 32 | be32toh(low);
}

static inline uint64_t itch_get64(itch64 field) {
    uint64_t x;
    memcpy(&x, field.at, sizeof x);
    return be64toh(x);
}

static inline itch16 itch_put16(uint16_t x) {
    itch16 field;
    x = htobe16(x);
    memcpy(field.at, &x, sizeof x);
    return field;
}

static inline itch32 itch_put32(uint32_t x) {
    itch32 field;
    x = htobe32(x);
    memcpy(field.at, &x, sizeof x);
    return field;
}

static inline itch64 itch_put64(uint64_t x) {
    itch64 field;
    x = htobe64(x);
    memcpy(field.at, &x, sizeof x);
    return field;
}

static inline itch48 itch_put48(uint64_t x) {
    itch48 field;
    itch64 wide = itch_put64(x);
    memcpy(field.at, wide.at + 2, sizeof field.at);
    return field;
}
