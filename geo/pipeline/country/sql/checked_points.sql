-- The dong of every row, and why it cannot be used; null where it can. The first reason counts.
--   points: row (unique), id, lon, lat (degrees; null where not known), province
--   dong: dong_code, province
--   placed: what dong_of_points.sql gives
-- An id that several rows with a point bear identifies none of them.
SELECT
  points.row,
  placed.dong_code,
  CASE
    WHEN points.lon IS NULL OR points.lat IS NULL THEN 'no point'
    WHEN placed.dong_code IS NULL THEN 'no dong'
    WHEN twice.row IS NOT NULL THEN 'twice'
    WHEN dong.province <> points.province THEN 'stray'
  END AS reason
FROM points
JOIN placed
  ON placed.row = points.row
LEFT JOIN dong
  ON dong.dong_code = placed.dong_code
LEFT JOIN (
  SELECT points.row
  FROM points
  JOIN (
    SELECT id
    FROM points
    WHERE lon IS NOT NULL AND lat IS NOT NULL
    GROUP BY id
    HAVING COUNT(*) > 1
  ) AS repeated
    ON repeated.id = points.id
) AS twice
  ON twice.row = points.row
ORDER BY points.row
