(function () {
  "use strict";
  var charts = JSON.parse(document.getElementById("charts").textContent);
  var places = Array.prototype.slice.call(document.querySelectorAll("[data-chart]"));
  var config = {
    displaylogo: false, responsive: true, scrollZoom: false, doubleClick: false,
    modeBarButtons: [["toImage"]], toImageButtonOptions: { format: "svg" }
  };
  places.forEach(function (place) {
    var chart = charts[place.getAttribute("data-chart")];
    Plotly.newPlot(place, chart.data, chart.layout, config);
  });
  /* On paper everything is open, and charts are as wide as the page. */
  var opened = [];
  window.addEventListener("beforeprint", function () {
    opened = Array.prototype.slice.call(document.querySelectorAll("details:not([open])"));
    opened.forEach(function (fold) { fold.open = true; });
    places.forEach(function (place) { Plotly.relayout(place, { width: 670, autosize: false }); });
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (fold) { fold.open = false; });
    places.forEach(function (place) { Plotly.relayout(place, { width: null, autosize: true }); });
  });
})();
