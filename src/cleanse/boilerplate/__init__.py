"""Pages lose their scraper noise here: HTML or text in, ordered blocks with a verdict each out."""

from cleanse.compiled import keep_kernels

keep_kernels()
