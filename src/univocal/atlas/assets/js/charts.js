// Charts over time. Expressions are interpreted, not evaluated, and nothing may be loaded.

const noLoader = {
  load: () => Promise.reject(new Error("charts load nothing")),
  sanitize: () => Promise.reject(new Error("charts link to nothing")),
};

function drawChart(element) {
  const specification = vegaLite.compile(page.charts[element.dataset.chart]).spec;
  const dataflow = vega.parse(specification, null, { ast: true });
  const chart = new vega.View(dataflow, {
    expr: vega.expressionInterpreter,
    loader: noLoader,
    renderer: "svg",
    container: element,
    hover: false,
  });
  chart.run();
}

// Each chart is drawn when it comes near the window, and all of them before printing.
function beginCharts() {
  if (typeof vega === "undefined") return;
  const waitingCharts = new Set(document.querySelectorAll("[data-chart]"));
  const drawNow = (element) => {
    if (waitingCharts.delete(element)) drawChart(element);
  };
  const near = new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => drawNow(entry.target)),
    { rootMargin: "600px" },
  );
  waitingCharts.forEach((element) => near.observe(element));
  addEventListener("beforeprint", () => [...waitingCharts].forEach(drawNow));
}
