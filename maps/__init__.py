"""Layers in, Folium pages out."""
