CREATE OR REPLACE SQL SECURITY INVOKER VIEW store_clock AS
SELECT GREATEST(UTC_TIMESTAMP(6), last_renewal) AS now,
       CASE
           WHEN last_renewal < UTC_TIMESTAMP(6) - INTERVAL 15 SECOND THEN last_renewal
           WHEN grace_until > UTC_TIMESTAMP(6) THEN away_from
           ELSE GREATEST(UTC_TIMESTAMP(6), last_renewal)
       END AS lease_now
FROM lease_clock
