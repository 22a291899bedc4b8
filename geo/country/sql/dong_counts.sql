-- Points by dong and category.
--   placed: what dong_of_points.sql gives
SELECT
  dong_code,
  category,
  COUNT(*) AS points
FROM placed
WHERE dong_code IS NOT NULL
GROUP BY dong_code, category
ORDER BY dong_code, category
