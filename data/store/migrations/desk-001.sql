-- The desk: its journal, the audit trail, settings. The journal and the audit trail only ever grow.
-- Times are nanoseconds since 1970 (UTC), prices and money integers in 1e-4 units. NULL text stands for "none".

CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE journal (
    sequence INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    desk_time INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    sid INTEGER NOT NULL,
    order_id INTEGER NOT NULL,
    side INTEGER NOT NULL,
    type INTEGER NOT NULL,
    tif INTEGER NOT NULL,
    quantity INTEGER NOT NULL,
    price INTEGER NOT NULL,
    fee INTEGER NOT NULL,
    client TEXT,
    portfolio TEXT,
    strategy TEXT,
    user TEXT,
    text TEXT
) STRICT;

CREATE INDEX journal_by_order ON journal (order_id, kind) WHERE order_id <> 0;

CREATE TRIGGER journal_is_kept_from_update BEFORE UPDATE ON journal
BEGIN
    SELECT raise(ABORT, 'the journal is append-only');
END;
CREATE TRIGGER journal_is_kept_from_delete BEFORE DELETE ON journal
BEGIN
    SELECT raise(ABORT, 'the journal is append-only');
END;

-- AUTOINCREMENT remembers the largest id ever given, so that rows cut off at the end are noticed.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    time INTEGER NOT NULL,
    user TEXT NOT NULL,
    face TEXT NOT NULL,
    command TEXT NOT NULL,
    reason TEXT NOT NULL,
    result TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;

CREATE TRIGGER audit_is_kept_from_update BEFORE UPDATE ON audit
BEGIN
    SELECT raise(ABORT, 'the audit trail is append-only');
END;
CREATE TRIGGER audit_is_kept_from_delete BEFORE DELETE ON audit
BEGIN
    SELECT raise(ABORT, 'the audit trail is append-only');
END;

-- Views for people. Kinds are those of data/store/journal.h; prices are in currency units here.

CREATE VIEW fills AS
SELECT f.sequence,
       strftime('%Y-%m-%dT%H:%M:%fZ', f.time / 1e9, 'unixepoch') AS time,
       strftime('%Y-%m-%dT%H:%M:%fZ', f.desk_time / 1e9, 'unixepoch') AS desk_time,
       f.order_id,
       coalesce(o.sid, f.sid) AS sid,
       CASE coalesce(o.side, f.side) WHEN 0 THEN 'buy' ELSE 'sell' END AS side,
       f.quantity,
       f.price / 1e4 AS price,
       f.fee / 1e4 AS fee,
       coalesce(o.portfolio, f.portfolio) AS portfolio,
       coalesce(o.strategy, f.strategy) AS strategy,
       coalesce(o.user, f.user) AS user
FROM journal f
LEFT JOIN journal o ON o.order_id = f.order_id AND o.order_id <> 0 AND o.kind = 2
WHERE f.kind = 4;

-- One row an order. quantity is what it was last asked to do in all: what had filled plus what a replacement left open.
CREATE VIEW orders AS
WITH filled AS (
    SELECT order_id, sum(quantity) AS quantity, sum(quantity * 1.0 * price) / sum(quantity) / 1e4 AS average,
           sum(fee) / 1e4 AS fee
    FROM journal WHERE kind = 4 AND order_id <> 0 GROUP BY order_id
), ended AS ( -- max() makes the other columns those of the last row
    SELECT order_id, max(sequence) AS sequence, kind, text
    FROM journal WHERE kind IN (5, 12) AND order_id <> 0 GROUP BY order_id
), replaced AS (
    SELECT r.order_id, max(r.sequence) AS sequence, r.price,
           r.quantity + coalesce((SELECT sum(b.quantity) FROM journal b WHERE b.order_id = r.order_id
                                  AND b.order_id <> 0 AND b.kind = 4 AND b.sequence < r.sequence), 0) AS quantity
    FROM journal r WHERE r.kind = 6 AND r.order_id <> 0 GROUP BY r.order_id
), placed AS (
    SELECT o.*, coalesce(r.quantity, o.quantity) AS wanted, coalesce(r.price, o.price) AS asked,
           coalesce(f.quantity, 0) AS done, f.average, f.fee AS fees, e.kind AS end_kind, e.text AS end_text
    FROM journal o
    LEFT JOIN filled f ON f.order_id = o.order_id
    LEFT JOIN ended e ON e.order_id = o.order_id
    LEFT JOIN replaced r ON r.order_id = o.order_id
    WHERE o.kind IN (2, 3)
)
SELECT order_id,
       strftime('%Y-%m-%dT%H:%M:%fZ', time / 1e9, 'unixepoch') AS time,
       sid,
       CASE side WHEN 0 THEN 'buy' ELSE 'sell' END AS side,
       CASE type WHEN 0 THEN 'limit' ELSE 'market' END AS type,
       CASE tif WHEN 0 THEN 'day' WHEN 1 THEN 'ioc' ELSE 'fok' END AS tif,
       CASE WHEN kind = 3 THEN 'rejected'
            WHEN done >= wanted THEN 'filled'
            WHEN end_kind = 12 THEN 'expired'
            WHEN end_kind = 5 THEN 'cancelled'
            WHEN done > 0 THEN 'partial'
            ELSE 'working' END AS state,
       wanted AS quantity,
       done AS filled,
       CASE WHEN asked <> 0 THEN asked / 1e4 END AS price,
       average AS average_price,
       coalesce(fees, 0.0) AS fees,
       CASE kind WHEN 3 THEN text ELSE end_text END AS reason,
       client, portfolio, strategy, user
FROM placed;

-- Shares by security: the last time a position was set, and the fills since.
CREATE VIEW positions AS
WITH adjusted AS (
    SELECT sid, max(sequence) AS sequence, quantity, price FROM journal WHERE kind = 7 GROUP BY sid
), moved AS (
    SELECT f.sid,
           sum(CASE f.side WHEN 'buy' THEN f.quantity ELSE -f.quantity END) AS quantity,
           sum(CASE f.side WHEN 'buy' THEN f.quantity ELSE 0 END) AS bought,
           sum(CASE f.side WHEN 'sell' THEN f.quantity ELSE 0 END) AS sold,
           sum(f.fee) AS fees
    FROM fills f LEFT JOIN adjusted a ON a.sid = f.sid
    WHERE f.sequence > coalesce(a.sequence, 0)
    GROUP BY f.sid
), known AS (
    SELECT sid FROM adjusted UNION SELECT sid FROM moved
)
SELECT k.sid,
       coalesce(a.quantity, 0) + coalesce(m.quantity, 0) AS quantity,
       coalesce(a.quantity, 0) AS start_quantity,
       a.price / 1e4 AS start_cost,
       coalesce(m.bought, 0) AS bought,
       coalesce(m.sold, 0) AS sold,
       coalesce(m.fees, 0.0) AS fees
FROM known k
LEFT JOIN adjusted a ON a.sid = k.sid
LEFT JOIN moved m ON m.sid = k.sid
WHERE coalesce(a.quantity, 0) + coalesce(m.quantity, 0) <> 0;

CREATE VIEW breaker_history AS
SELECT sequence,
       strftime('%Y-%m-%dT%H:%M:%fZ', time / 1e9, 'unixepoch') AS time,
       CASE quantity WHEN 0 THEN 'trading' WHEN 1 THEN 'tripped' ELSE 'quiet' END AS state,
       text AS cause,
       user
FROM journal WHERE kind = 9;

CREATE VIEW limits AS
SELECT text AS name, max(sequence) AS sequence, price AS value, user
FROM journal WHERE kind = 10 GROUP BY text;
