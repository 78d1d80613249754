-- Orders of all kinds that the book knows. An order of old trades with none of the desk's own: self 1.
ALTER TABLE journal ADD COLUMN traits INTEGER NOT NULL DEFAULT 0;
ALTER TABLE journal ADD COLUMN self INTEGER NOT NULL DEFAULT 1;
ALTER TABLE journal ADD COLUMN stop INTEGER NOT NULL DEFAULT 0;
ALTER TABLE journal ADD COLUMN trail INTEGER NOT NULL DEFAULT 0;
ALTER TABLE journal ADD COLUMN display INTEGER NOT NULL DEFAULT 0;
ALTER TABLE journal ADD COLUMN expires INTEGER NOT NULL DEFAULT 0;
ALTER TABLE journal ADD COLUMN other_id INTEGER NOT NULL DEFAULT 0;

-- One row an order. quantity is what it was last asked to do in all: what had filled plus what a replacement left open,
-- less what was taken off since. The type is the one that was sent; a stop with `triggered` is the order it stands for.
DROP VIEW orders;
CREATE VIEW orders AS
WITH filled AS (
    SELECT order_id, sum(quantity) AS quantity, sum(quantity * 1.0 * price) / sum(quantity) / 1e4 AS average,
           sum(fee) / 1e4 AS fee
    FROM journal WHERE kind = 4 AND order_id <> 0 GROUP BY order_id
), ended AS ( -- max() makes the other columns those of the last row
    SELECT order_id, max(sequence) AS sequence, kind, text
    FROM journal WHERE kind IN (5, 12) AND order_id <> 0 GROUP BY order_id
), replaced AS (
    SELECT r.order_id, max(r.sequence) AS sequence,
           r.quantity + coalesce((SELECT sum(b.quantity) FROM journal b WHERE b.order_id = r.order_id
                                  AND b.order_id <> 0 AND b.kind = 4 AND b.sequence < r.sequence), 0) AS quantity
    FROM journal r WHERE r.kind = 6 AND r.order_id <> 0 GROUP BY r.order_id
), triggered AS (
    SELECT order_id, sequence FROM journal WHERE kind = 13 AND order_id <> 0
), stopped AS ( -- the last stop price that was set
    SELECT s.order_id, max(s.sequence) AS sequence, s.price
    FROM journal s JOIN journal o ON o.order_id = s.order_id AND o.kind = 2 AND o.type >= 2
    LEFT JOIN triggered t ON t.order_id = s.order_id
    WHERE s.kind IN (6, 14) AND s.order_id <> 0 AND (t.sequence IS NULL OR s.sequence < t.sequence)
    GROUP BY s.order_id
), priced AS ( -- the last limit that was set
    SELECT r.order_id, max(r.sequence) AS sequence, r.price
    FROM journal r JOIN journal o ON o.order_id = r.order_id AND o.kind = 2
    LEFT JOIN triggered t ON t.order_id = r.order_id
    WHERE r.kind = 6 AND r.order_id <> 0 AND (o.type < 2 OR r.sequence > t.sequence)
    GROUP BY r.order_id
), placed AS (
    SELECT o.*, coalesce(r.quantity, o.quantity)
                - coalesce((SELECT sum(d.quantity) FROM journal d WHERE d.order_id = o.order_id AND d.order_id <> 0
                            AND d.kind = 15 AND d.sequence > coalesce(r.sequence, 0)), 0) AS wanted,
           coalesce(p.price, o.price) AS asked, coalesce(s.price, o.stop) AS stop_now, t.sequence AS triggered,
           coalesce(f.quantity, 0) AS done, f.average, f.fee AS fees, e.kind AS end_kind, e.text AS end_text
    FROM journal o
    LEFT JOIN filled f ON f.order_id = o.order_id
    LEFT JOIN ended e ON e.order_id = o.order_id
    LEFT JOIN replaced r ON r.order_id = o.order_id
    LEFT JOIN triggered t ON t.order_id = o.order_id
    LEFT JOIN stopped s ON s.order_id = o.order_id
    LEFT JOIN priced p ON p.order_id = o.order_id
    WHERE o.kind IN (2, 3)
)
SELECT order_id,
       strftime('%Y-%m-%dT%H:%M:%fZ', time / 1e9, 'unixepoch') AS time,
       sid,
       CASE side WHEN 0 THEN 'buy' ELSE 'sell' END AS side,
       CASE type WHEN 0 THEN 'limit' WHEN 1 THEN 'market' WHEN 2 THEN 'stop' WHEN 3 THEN 'stop-limit'
                 ELSE 'trailing-stop' END AS type,
       CASE tif WHEN 0 THEN 'day' WHEN 1 THEN 'ioc' WHEN 2 THEN 'fok' WHEN 3 THEN 'gtc' ELSE 'gtd' END AS tif,
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
       client, portfolio, strategy, user,
       CASE WHEN stop_now <> 0 THEN stop_now / 1e4 END AS stop,
       CASE WHEN trail <> 0 THEN trail / 1e4 END AS trail,
       triggered IS NOT NULL AS triggered,
       CASE WHEN display <> 0 THEN display END AS display,
       CASE WHEN expires <> 0 THEN strftime('%Y-%m-%dT%H:%M:%fZ', expires / 1e9, 'unixepoch') END AS until,
       traits & 1 <> 0 AS post_only,
       traits & 2 <> 0 AS all_or_none,
       CASE WHEN other_id <> 0 THEN other_id END AS pair,
       CASE self WHEN 0 THEN 'off' WHEN 1 THEN 'newest' WHEN 2 THEN 'oldest' ELSE 'both' END AS self_trade
FROM placed;
