// Maps of our own rows: useful without tiles, because a grid of degrees, the names of districts and a
// scale say where one is. What a map shows stands beside it as a list, or in two fields: this script
// only draws it. Contract: templates/components/map_assets.html.

const L = window.L;
const words = document.getElementById("map-settings").dataset;
const STEPS = [20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];
const WORST_FIRST = ["fault", "lacking", "good"];
const SIGNS = { fault: "×", lacking: "!", good: "✓" };
const CELL = 56; // pixels: nearer than this, two signs would cover each other
const XIAN = [34.2655, 108.9541];

function newMap(element) {
  element.hidden = false;
  const map = L.map(element, { zoomControl: false, maxZoom: 19, minZoom: 3, zoomSnap: 0.5 });
  map.attributionControl.setPrefix(false);
  L.control.zoom({ zoomInTitle: words.nearer, zoomOutTitle: words.farther }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  if (words.tiles) L.tileLayer(words.tiles, { attribution: words.credit }).addTo(map);
  else drawGrid(map);
  return map;
}

function label(text, kind) {
  const element = document.createElement("span");
  element.textContent = text;
  return L.divIcon({ className: `nb-map__label nb-map__label--${kind}`, html: element, iconSize: null });
}

function drawGrid(map) {
  const lines = L.layerGroup().addTo(map);
  const draw = () => {
    lines.clearLayers();
    const b = map.getBounds();
    const wanted = (b.getEast() - b.getWest()) / 4;
    const step = STEPS.find((one) => one <= wanted) ?? STEPS.at(-1);
    const digits = Math.max(0, Math.ceil(-Math.log10(step)));
    const line = (ends, at, text) => {
      L.polyline(ends, { className: "nb-map__line", interactive: false, weight: 1 }).addTo(lines);
      L.marker(at, { icon: label(text, "grid"), interactive: false, keyboard: false }).addTo(lines);
    };
    for (let lat = Math.ceil(b.getSouth() / step) * step; lat < b.getNorth(); lat += step)
      line([[lat, b.getWest()], [lat, b.getEast()]], [lat, b.getWest()], `${lat.toFixed(digits)}°`);
    for (let lon = Math.ceil(b.getWest() / step) * step; lon < b.getEast(); lon += step)
      line([[b.getSouth(), lon], [b.getNorth(), lon]], [b.getNorth(), lon], `${lon.toFixed(digits)}°`);
  };
  map.on("moveend", draw);
}

// Branches -----------------------------------------------------------------------------------

function placesOf(selector) {
  return [...document.querySelectorAll(`${selector} [data-lat]`)].map((row) => ({
    at: L.latLng(Number(row.dataset.lat), Number(row.dataset.lon)),
    mark: row.dataset.mark,
    words: row.dataset.words,
    district: row.dataset.district,
    link: row.querySelector("a")?.href,
  }));
}

// Signs that would cover each other become one, which says how many and shows the worst.
function grouped(map, places) {
  const cells = new Map();
  const last = map.getZoom() >= map.getMaxZoom();
  const bounds = map.getBounds().pad(0.1);
  places.forEach((place, number) => {
    if (!bounds.contains(place.at)) return;
    const point = map.project(place.at);
    const key = last ? number : `${Math.floor(point.x / CELL)}:${Math.floor(point.y / CELL)}`;
    if (!cells.has(key)) cells.set(key, []);
    cells.get(key).push(place);
  });
  return [...cells.values()];
}

function sign(group) {
  const mark = WORST_FIRST.find((one) => group.some((place) => place.mark === one));
  const element = document.createElement("span");
  element.textContent = group.length > 1 ? group.length : SIGNS[mark];
  return L.divIcon({ className: `nb-pin nb-pin--${mark}`, html: element, iconSize: [34, 34] });
}

function popup(place) {
  const element = document.createElement(place.link ? "a" : "span");
  if (place.link) element.href = place.link;
  element.textContent = place.words;
  return element;
}

function drawPlaces(element) {
  const places = placesOf(element.dataset.map);
  if (!places.length) return;
  const map = newMap(element);
  const signs = L.layerGroup().addTo(map);
  const draw = () => {
    signs.clearLayers();
    const groups = grouped(map, places);
    for (const group of groups) {
      const at = L.latLngBounds(group.map((place) => place.at)).getCenter();
      const text = group.length > 1 ? group.map((place) => place.words).slice(0, 5).join("\n") : group[0].words;
      const marker = L.marker(at, { icon: sign(group), title: text, alt: text }).addTo(signs);
      if (group.length > 1) marker.on("click", () => map.fitBounds(L.latLngBounds(group.map((p) => p.at)).pad(0.2)));
      else marker.bindPopup(popup(group[0]));
      if (group.length === 1 && groups.length <= 30)
        marker.bindTooltip(group[0].words.split(":")[0].split("：")[0], { permanent: true, direction: "bottom", offset: [0, 16], className: "nb-map__name" });
    }
  };
  map.on("moveend", draw);
  map.fitBounds(L.latLngBounds(places.map((place) => place.at)).pad(0.15), { maxZoom: 15 });
  nameDistricts(map, places);
}

function nameDistricts(map, places) {
  const districts = new Map();
  for (const place of places) districts.set(place.district, [...(districts.get(place.district) ?? []), place]);
  for (const [name, members] of districts) {
    if (!name) continue;
    const at = L.latLngBounds(members.map((place) => place.at)).getCenter();
    L.marker(at, { icon: label(name, "district"), interactive: false, keyboard: false, zIndexOffset: -1000 }).addTo(map);
  }
}

// A pin for two fields -----------------------------------------------------------------------

function setPin(form) {
  const [latitude, longitude] = form.dataset.pin.split(" ").map((id) => document.getElementById(id));
  if (!latitude || !longitude) return;
  const element = document.createElement("div");
  element.className = "nb-map nb-map--pin";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "nb-button";
  button.textContent = words.here;
  (latitude.closest(".nb-field") ?? latitude).before(element, button);

  const map = newMap(element);
  const typed = () => {
    if (!latitude.value || !longitude.value) return null;
    const at = [Number(latitude.value), Number(longitude.value)];
    return at.every(Number.isFinite) && Math.abs(at[0]) <= 90 && Math.abs(at[1]) <= 180 ? at : null;
  };
  const from = form.dataset.pinAt?.split(" ").map(Number);
  map.setView(typed() ?? (from?.every(Number.isFinite) ? from : XIAN), typed() ? 15 : 11);
  const icon = L.divIcon({ className: "nb-pin nb-pin--place", html: document.createElement("span"), iconSize: [34, 34] });
  const pin = L.marker(map.getCenter(), { icon, draggable: true, title: words.pinWords, alt: words.pinWords });
  if (typed()) pin.addTo(map);

  const put = (at) => {
    const where = at.wrap();
    latitude.value = where.lat.toFixed(6);
    longitude.value = where.lng.toFixed(6);
    pin.setLatLng(where).addTo(map);
    latitude.dispatchEvent(new Event("change", { bubbles: true }));
  };
  map.on("click", (event) => put(event.latlng));
  pin.on("dragend", () => put(pin.getLatLng()));
  button.addEventListener("click", () => put(map.getCenter()));
  for (const field of [latitude, longitude])
    field.addEventListener("input", () => {
      const at = typed();
      if (!at) return;
      pin.setLatLng(at).addTo(map);
      map.panTo(at);
    });
}

// Routes of a day -----------------------------------------------------------------------------

const STROKES = [null, "10 6", "2 6", "14 5 2 5"]; // no two neighbours alike, also without colour

function routeOf(row) {
  const points = row.dataset.route.split(";").map((pair) => L.latLng(pair.split(",").map(Number)));
  return { points, words: row.dataset.words };
}

function drawRoutes(element) {
  const routes = [...document.querySelectorAll(`${element.dataset.routes} [data-route]`)].map(routeOf);
  if (!routes.length) return;
  const map = newMap(element);
  map.fitBounds(L.latLngBounds(routes.flatMap(({ points }) => points)).pad(0.1), { maxZoom: 15 });
  routes.forEach(({ points, words: who }, number) => {
    const className = `nb-route${number % 2 ? " nb-route--even" : ""}`;
    const line = L.polyline(points, { className, weight: 4, dashArray: STROKES[number % STROKES.length] });
    line.bindTooltip(who, { sticky: true }).addTo(map);
    const home = L.divIcon({ className: "nb-pin nb-pin--place", html: document.createElement("span"), iconSize: [18, 18] });
    L.marker(points[0], { icon: home, title: who, alt: who }).addTo(map);
  });
  const seen = new Set();
  document.querySelectorAll(`${element.dataset.routes} [data-stop]`).forEach((stop) => {
    if (seen.has(stop.dataset.stop)) return;
    seen.add(stop.dataset.stop);
    const sign = document.createElement("span");
    sign.textContent = stop.dataset.stop;
    const icon = L.divIcon({ className: "nb-map__stop", html: sign, iconSize: [24, 24] });
    const at = stop.dataset.at.split(",").map(Number);
    const marker = L.marker(at, { icon, title: stop.textContent.trim(), alt: stop.textContent.trim() });
    marker.on("click", () => stop.click()).addTo(map);
  });
}

document.querySelectorAll("[data-map]").forEach(drawPlaces);
document.querySelectorAll("[data-routes]").forEach(drawRoutes);
document.querySelectorAll("[data-pin]").forEach(setPin);
