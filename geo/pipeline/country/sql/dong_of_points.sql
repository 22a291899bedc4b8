-- The dong of every point; null where it lies in none. A point on an edge that several dong share
-- belongs to the one with the smallest code.
--   points: row (unique), lon, lat (degrees)
--   dong: dong_code, geometry (EPSG:4326)
-- A longitude that is no number lies in every dong for Spark, so it becomes null.
-- Without the hint Spark compares every point with every dong; SedonaDB passes over it.
SELECT /*+ BROADCAST(dong) */
  points.row,
  MIN(dong.dong_code) AS dong_code
FROM points
LEFT JOIN dong
  ON ST_Intersects(dong.geometry, ST_SetSRID(ST_Point(
    CASE WHEN points.lon BETWEEN -180 AND 180 THEN points.lon END, points.lat), 4326))
GROUP BY points.row
ORDER BY points.row
