-- Points by dong and category.
--   points: row (unique), category
--   placed: what dong_of_points.sql gives
SELECT
  placed.dong_code,
  points.category,
  COUNT(*) AS points
FROM placed
JOIN points
  ON points.row = placed.row
WHERE placed.dong_code IS NOT NULL
GROUP BY placed.dong_code, points.category
ORDER BY placed.dong_code, points.category
