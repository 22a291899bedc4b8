-- What rows are checked by.
--   read: what geo/pipeline/country/cluster.py reads
SELECT row, id, lon, lat, province
FROM read
WHERE payload IS NULL
