-- A release against the one before, both by id.
--   release, before: what geo.country keeps
SELECT
  COUNT(*) AS rows,
  SUM(CASE WHEN before.id IS NULL THEN 1 ELSE 0 END) AS new,
  SUM(CASE WHEN before.id IS NOT NULL AND (
    (release.name_ko IS DISTINCT FROM before.name_ko)
    OR (release.category IS DISTINCT FROM before.category)
    OR (release.address IS DISTINCT FROM before.address)
    OR (release.address_detail IS DISTINCT FROM before.address_detail)
    OR (release.lon IS DISTINCT FROM before.lon)
    OR (release.lat IS DISTINCT FROM before.lat)
    OR (release.dong_code IS DISTINCT FROM before.dong_code)
  ) THEN 1 ELSE 0 END) AS changed
FROM release
LEFT JOIN before ON release.id = before.id
