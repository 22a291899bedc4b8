-- The rows that cannot be used, and why.
--   read: what geo/pipeline/country/cluster.py reads
--   checked: what checked_points.sql gives
SELECT read.file, read.number, read.name_ko, read.address, checked.reason
FROM read
JOIN checked
  ON checked.row = read.row
WHERE read.payload IS NULL AND checked.reason IS NOT NULL
ORDER BY read.row
