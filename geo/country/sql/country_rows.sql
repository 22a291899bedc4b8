-- Rows of a register by id, whatever the order of files was.
--   points: what is known of each row; `row` is unique
SELECT *
FROM points
ORDER BY id, row
