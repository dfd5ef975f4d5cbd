"""What the judge is told of each block, in numbers: one float32 column a feature, one value a block.

All of it is script-independent: shapes of lines, places on the page, neighbours, markup, votes, the reasons of phrases;
never a word itself.
"""
