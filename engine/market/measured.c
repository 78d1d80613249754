#include "engine/market/measured.h"

#include <stddef.h>

typedef struct {
    double u, value;
} quantile;

static double at(const quantile *table, double u) {
    size_t i = 1;
    while (u > table[i].u)
        i++;
    const quantile *a = &table[i - 1], *b = &table[i];
    return a->value + (b->value - a->value) * (u - a->u) / (b->u - a->u);
}

double measured_trade(double u) {
    static const quantile shares[] = {{0, 1},      {0.05, 2},   {0.1, 6},     {0.15, 10},    {0.25, 20}, {0.35, 44},
                                      {0.45, 84},  {0.48, 100}, {0.81, 100},  {0.85, 129},   {0.9, 200}, {0.95, 233},
                                      {0.98, 400}, {0.99, 500}, {0.995, 695}, {0.999, 1500}, {1, 4000}};
    return at(shares, u) / MEASURED_TRADE;
}

double measured_limit(double u) {
    static const quantile shares[] = {{0, 1},      {0.05, 6},    {0.1, 10},     {0.25, 17},  {0.35, 21},
                                      {0.4, 27},   {0.42, 100},  {0.89, 100},   {0.95, 200}, {0.98, 300},
                                      {0.99, 400}, {0.995, 600}, {0.999, 1020}, {1, 4000}};
    return at(shares, u) / MEASURED_TRADE;
}

double measured_distance(double u) {
    static const quantile units[] = {{0, -1.5},   {0.01, -0.25}, {0.05, 0.64}, {0.1, 1.03},   {0.2, 1.54}, {0.3, 1.92},
                                     {0.4, 2.18}, {0.5, 2.56},   {0.6, 2.82},  {0.7, 3.08},   {0.8, 3.46}, {0.9, 4.1},
                                     {0.95, 4.6}, {0.98, 5.5},   {0.99, 6.7},  {0.999, 12.7}, {1, 25}};
    return at(units, u);
}
