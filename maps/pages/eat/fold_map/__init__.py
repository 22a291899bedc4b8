"""The fold map: A4 with a numbered map in front and the list of its places on the back, as PDF."""
