-- What goes back to the machine that loads: rows of the city, rows set aside, and counts.
--   read: what geo/pipeline/country/cluster.py reads
SELECT payload
FROM read
WHERE payload IS NOT NULL
ORDER BY row
