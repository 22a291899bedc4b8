"""The planners' page: profiles of dong, their change, and two figures against each other."""
