-- Everything computed. Can be made again from the warehouse and the desk.

CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    run_id TEXT NOT NULL UNIQUE,
    strategy TEXT NOT NULL,
    parameters TEXT NOT NULL,
    data_hash TEXT NOT NULL,
    program TEXT NOT NULL,
    "from" INTEGER NOT NULL,
    "to" INTEGER NOT NULL,
    days INTEGER NOT NULL,
    total_return REAL, -- NULL: not defined (NaN)
    annual_return REAL,
    volatility REAL,
    sharpe REAL,
    sortino REAL,
    calmar REAL,
    max_drawdown REAL,
    turnover REAL,
    hit_rate REAL,
    costs REAL,
    trades INTEGER NOT NULL,
    drawdown_from INTEGER NOT NULL,
    drawdown_to INTEGER NOT NULL,
    created INTEGER NOT NULL,
    seconds REAL,
    user TEXT NOT NULL
) STRICT;

CREATE TABLE run_points (
    run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    day INTEGER NOT NULL,
    equity REAL,
    return REAL,
    turnover REAL,
    PRIMARY KEY (run, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_trades (
    run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    number INTEGER NOT NULL, -- in the order of trading, from 1
    day INTEGER NOT NULL,
    symbol TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    price REAL,
    cost REAL,
    PRIMARY KEY (run, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE risk_days (
    id INTEGER PRIMARY KEY,
    day INTEGER NOT NULL,
    time INTEGER NOT NULL,
    value REAL,
    volatility REAL,
    var95 REAL,
    var99 REAL,
    es95 REAL,
    es99 REAL,
    model TEXT NOT NULL,
    UNIQUE (day, model)
) STRICT;
