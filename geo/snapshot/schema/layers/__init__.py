"""The layers: each module here declares one, and its name is the id of the layer.

A declaration is the one definition of a layer: `geo.snapshot.schema.validate` checks against it,
and the manifest (served as queryables, schema and documentation) is read out of it.
"""
