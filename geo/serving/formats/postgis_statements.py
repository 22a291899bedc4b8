"""Queries of the catalogue of a database, for an export that takes the place of another."""

from typing import Final

# $1 is a schema, $2 how the comments of its tables begin. What would be lost with it: what no
# export wrote, and what others made from its tables.
FOREIGN: Final = """
WITH tables AS (
    SELECT c.oid, c.relname, c.relkind, obj_description(c.oid, 'pg_class') AS comment
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND c.relkind IN ('r', 'v', 'm', 'f', 'p', 'S')
)
SELECT format('%I.%I', $1, relname) FROM tables
WHERE NOT starts_with(coalesce(comment, ''), $2)
UNION ALL
SELECT p.oid::regprocedure::text
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = $1
UNION ALL
SELECT r.ev_class::regclass::text
FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid AND d.classid = 'pg_rewrite'::regclass
WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid IN (SELECT oid FROM tables)
  AND r.ev_class NOT IN (SELECT oid FROM tables)
UNION ALL
SELECT conrelid::regclass::text FROM pg_constraint
WHERE contype = 'f' AND confrelid IN (SELECT oid FROM tables)
LIMIT 1
"""

# $1 is a schema, $2 the one that takes its place: statements that give the readers of the one
# the same rights on the other, and on its tables of the same names.
GRANTS: Final = """
WITH rights AS (
    SELECT format('SCHEMA %I', $2) AS what, a.grantee, a.privilege_type, nspowner AS owner
    FROM pg_namespace, aclexplode(nspacl) a WHERE nspname = $1
    UNION ALL
    SELECT format('TABLE %I.%I', $2, c.relname), a.grantee, a.privilege_type, c.relowner
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl) a
    WHERE n.nspname = $1 AND to_regclass(format('%I.%I', $2, c.relname)) IS NOT NULL
)
SELECT format('GRANT %s ON %s TO %s', privilege_type, what,
              CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END)
FROM rights WHERE grantee <> owner
"""
