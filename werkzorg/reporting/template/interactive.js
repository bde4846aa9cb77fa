// Puts a drawing that answers the pointer in the place of each static picture; without this script the pictures stay.
"use strict";
{
  const told = JSON.parse(document.getElementById("werkzorg-figures").textContent);
  const config = {
    displayModeBar: false, responsive: true, locale: "werkzorg",
    locales: { werkzorg: { dictionary: {}, format: told.format } },
  };
  for (const figure of told.figures) {
    const pictures = document.querySelectorAll(`#figure-${figure.name} .picture`);
    const place = document.createElement("div");
    place.id = `plot-${figure.name}`;
    place.className = "plot";
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", pictures[0].getAttribute("aria-label"));
    pictures[0].before(place);
    window.Plotly.newPlot(place, figure.data, figure.layout, config).then(() => pictures.forEach((one) => one.remove()));
  }
}
