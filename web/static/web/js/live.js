// Says aloud, once, what changed on a page that refreshes itself: an element inside the new part
// with data-announce holds the words.

document.addEventListener("htmx:afterSwap", (event) => {
  const words = event.detail.elt?.querySelector?.("[data-announce]")?.textContent.trim();
  const live = document.getElementById("live");
  if (words && live && live.textContent !== words) live.textContent = words;
});
