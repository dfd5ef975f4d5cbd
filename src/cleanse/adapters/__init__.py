"""Adapters: cleanse inside other programs' pipelines, a module each, which imports that program's package."""
