-- The warehouse: vendors' data. Days are days since 1970-01-01; prices integers in 1e-4 units.

-- basis says what the bars of a security are: as traded (raw), divided by later splits (split-adjusted), or by splits
-- and dividends (fully-adjusted). It comes with the first bars and never changes.
-- bars, sum_a and sum_b are a running digest of the security's bars and actions (data/store/digest.h).
CREATE TABLE securities (
    sid INTEGER PRIMARY KEY,
    symbol TEXT NOT NULL UNIQUE COLLATE NOCASE,
    name TEXT NOT NULL DEFAULT '',
    sector TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL CHECK (kind IN ('stock', 'index')),
    basis TEXT NOT NULL CHECK (basis IN ('raw', 'split-adjusted', 'fully-adjusted')),
    first INTEGER,
    last INTEGER,
    shares INTEGER NOT NULL DEFAULT 0,
    active INTEGER NOT NULL DEFAULT 1,
    bars INTEGER NOT NULL DEFAULT 0,
    sum_a INTEGER NOT NULL DEFAULT 0,
    sum_b INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE bars (
    sid INTEGER NOT NULL REFERENCES securities (sid),
    day INTEGER NOT NULL,
    open INTEGER NOT NULL,
    high INTEGER NOT NULL,
    low INTEGER NOT NULL,
    close INTEGER NOT NULL,
    volume INTEGER NOT NULL,
    PRIMARY KEY (sid, day),
    CHECK (low > 0 AND low <= open AND low <= close AND high >= open AND high >= close AND volume >= 0)
) STRICT, WITHOUT ROWID;

-- What happens to a holder before the open of `day`: each share becomes `split` shares, and each of those then earns
-- `dividend` (1e-4 units).
CREATE TABLE actions (
    sid INTEGER NOT NULL REFERENCES securities (sid),
    day INTEGER NOT NULL,
    split REAL NOT NULL DEFAULT 1 CHECK (split > 0),
    dividend INTEGER NOT NULL DEFAULT 0 CHECK (dividend >= 0),
    PRIMARY KEY (sid, day)
) STRICT, WITHOUT ROWID;

-- The return from the last close to what a holder got in the end.
CREATE TABLE delistings (
    sid INTEGER PRIMARY KEY REFERENCES securities (sid),
    day INTEGER NOT NULL,
    return REAL NOT NULL CHECK (return >= -1),
    reason TEXT NOT NULL
) STRICT;

-- One row an import, failed ones included; details and offending rows beside it.
CREATE TABLE import_reports (
    id INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    provider TEXT NOT NULL,
    source TEXT NOT NULL,
    basis TEXT NOT NULL,
    hash TEXT NOT NULL,
    result TEXT NOT NULL CHECK (result IN ('done', 'failed')),
    message TEXT NOT NULL,
    data_version TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    read INTEGER NOT NULL,
    good INTEGER NOT NULL,
    new INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    symbols INTEGER NOT NULL,
    described INTEGER NOT NULL,
    first INTEGER,
    last INTEGER,
    seconds REAL NOT NULL
) STRICT;

CREATE TABLE import_checks (
    report INTEGER NOT NULL REFERENCES import_reports (id),
    name TEXT NOT NULL,
    stage TEXT NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('reject', 'warn')),
    rows INTEGER NOT NULL,
    PRIMARY KEY (report, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE import_examples (
    id INTEGER PRIMARY KEY,
    report INTEGER NOT NULL REFERENCES import_reports (id),
    name TEXT NOT NULL,
    file TEXT NOT NULL,
    line INTEGER NOT NULL,
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX import_examples_by_report ON import_examples (report, name);

CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY,
    report INTEGER NOT NULL REFERENCES import_reports (id),
    file TEXT NOT NULL,
    line INTEGER NOT NULL,
    raw TEXT NOT NULL,
    stage TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX quarantine_by_report ON quarantine (report);

-- Views for people: names and ISO dates, prices in currency units.
CREATE VIEW prices AS
SELECT s.symbol, date(b.day * 86400, 'unixepoch') AS date, b.open / 1e4 AS open, b.high / 1e4 AS high,
       b.low / 1e4 AS low, b.close / 1e4 AS close, b.volume
FROM bars b JOIN securities s ON s.sid = b.sid;

CREATE VIEW universe AS
SELECT sid, symbol, name, sector, kind, basis, date(first * 86400, 'unixepoch') AS first,
       date(last * 86400, 'unixepoch') AS last, bars, shares, active
FROM securities;
