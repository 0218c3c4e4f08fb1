// A board that cannot be refreshed says so: an old picture must not pass for the lobby as it is.

const offline = document.getElementById("offline");

for (const trouble of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(trouble, () => {
    offline.hidden = false;
  });
}

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) offline.hidden = true;
});
