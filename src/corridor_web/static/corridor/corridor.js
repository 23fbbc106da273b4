// Charts from Vega-Lite specifications, under a content security policy without unsafe-eval:
// expressions run in Vega's interpreter (ast: true) and no style element is injected.
"use strict";

const chartColours = () => {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const font = style.getPropertyValue("--sans").trim();
  const text = { labelColor: colour("--ink-soft"), titleColor: colour("--ink-soft"), labelFont: font, titleFont: font };
  return {
    background: "transparent",
    font,
    title: { color: colour("--ink"), font },
    axis: { ...text, gridColor: colour("--line-soft"), domainColor: colour("--line"), tickColor: colour("--line") },
    legend: text,
    header: text,
    text: { color: colour("--ink") },
    view: { stroke: null },
  };
};

const drawChart = (figure) => {
  const source = document.getElementById(figure.dataset.chart);
  const target = figure.querySelector(".chart-body");
  if (!source || !target || target.dataset.drawn || !window.vegaEmbed) return;
  target.dataset.drawn = "1";
  const options = {
    ast: true, actions: false, renderer: "canvas", defaultStyle: false, config: chartColours(),
    tooltip: { disableDefaultStyle: true },
    logLevel: 1,
  };
  const specification = JSON.parse(source.textContent);
  const dark = document.getElementById(`${figure.dataset.chart}-dark`);
  if (dark && window.matchMedia("(prefers-color-scheme: dark)").matches) {
    specification.config = { ...specification.config, ...JSON.parse(dark.textContent) };
  }
  specification.width = "container";
  specification.autosize = { type: "fit-x", contains: "padding" };
  delete specification.title;
  const failed = (error) => { console.error(error); };
  window.vegaEmbed(target, specification, options).catch(failed);
};

const drawCharts = (root) => root.querySelectorAll("figure[data-chart]").forEach(drawChart);

document.addEventListener("DOMContentLoaded", () => drawCharts(document));
document.addEventListener("htmx:afterSwap", (event) => drawCharts(event.detail.target.parentElement || document));
