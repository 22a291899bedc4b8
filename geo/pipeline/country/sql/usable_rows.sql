-- The rows that can be used, by id.
--   read: what geo/pipeline/country/cluster.py reads
--   checked: what checked_points.sql gives
SELECT
  read.id,
  read.name_ko,
  read.name_en,
  read.category,
  read.address_detail,
  read.phone,
  read.opened_on,
  read.address,
  read.cuisine,
  read.lon,
  read.lat,
  read.source_date,
  checked.dong_code
FROM read
JOIN checked
  ON checked.row = read.row
WHERE read.payload IS NULL AND checked.reason IS NULL
ORDER BY read.id
