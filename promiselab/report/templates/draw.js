(function () {
  "use strict";
  var charts = JSON.parse(document.getElementById("charts").textContent);
  var places = Array.prototype.slice.call(document.querySelectorAll("[data-chart]"));
  var waiting = places.slice();
  var config = {
    displaylogo: false, responsive: true, scrollZoom: false, doubleClick: false,
    modeBarButtons: [["toImage"]], toImageButtonOptions: { format: "svg" }
  };
  /* One chart after the other, so that the page can be read and scrolled from the start. */
  function drawNext() {
    var place = waiting.shift();
    if (place) {
      var chart = charts[place.getAttribute("data-chart")];
      Plotly.newPlot(place, chart.data, chart.layout, config);
    }
    return place;
  }
  function drawInTurn() {
    if (drawNext()) { window.setTimeout(drawInTurn, 0); }
  }
  window.setTimeout(drawInTurn, 0);
  /* On paper everything is open that is not too long, and charts are as wide as the page. */
  var opened = [];
  window.addEventListener("beforeprint", function () {
    while (drawNext()) { continue; }
    opened = Array.prototype.slice.call(document.querySelectorAll("details:not([open]):not(.long)"));
    opened.forEach(function (fold) { fold.open = true; });
    places.forEach(function (place) { Plotly.relayout(place, { width: 670, autosize: false }); });
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (fold) { fold.open = false; });
    places.forEach(function (place) { Plotly.relayout(place, { width: null, autosize: true }); });
  });
})();
