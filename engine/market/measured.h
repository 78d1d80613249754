// What orders look like on a real day: distributions as tables of quantiles, drawn from by a uniform number.
//
// Measured on LOBSTER's sample of AMZN of 2012-06-21 (five levels, 77,381 orders, 6,591 trades; AAPL's of the same day
// agrees within a few per cent):
//   - an order has 84 shares in the mean; half of them have 100, a third have up to 20, 2 % more than 300
//   - a trade (all that one order takes at one moment) has 93 in the mean, in much the same way
//   - an order is added at 2.6 units from the middle in the median, 1 % of them beyond it, a tenth within 1 and a tenth
//     beyond 4. A unit is the usual move of the price from one trade to the next; the mean spread is 3.3 units, as for
//     other stocks and times (Wyart, Bouchaud, Kockelkoren, Potters and Vettorazzo, "Relation between bid-ask spread,
//     impact and volatility in order-driven markets", 2008)
//   - 4 % of what happens are trades; a trade is followed by another within 10 ms two times in five, and then 95 % of
//     them are of the same side; for 100 orders that are added 87 are cancelled
#pragma once

#define MEASURED_TRADE 93.0 // mean shares of a trade

// Shares, relative to the mean, for u in [0, 1).
double measured_trade(double u);
double measured_limit(double u);
// Distance of a new limit order from the middle, in units; below 0: beyond it.
double measured_distance(double u);
