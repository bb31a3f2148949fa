// Begin.

beginKeys();
beginTable();
beginPaper();
refresh().then(openFromAddress);
addEventListener("hashchange", openFromAddress);
// Vega stands in a later script, so that the page can be read before it.
addEventListener("DOMContentLoaded", beginCharts);
