"""A run over a corpus: pieces, workers, tables, and the page made from them."""
