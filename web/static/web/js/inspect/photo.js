// A photo from the camera: made smaller on the phone before it is sent, which also leaves out what
// the camera wrote into it; when and, if the phone may say so, where it was taken go beside it.

const LONGEST = 2048;
const QUALITY = 0.85;

async function smaller(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  return new File([blob], "photo.jpg", { type: "image/jpeg" });
}

function place() {
  return new Promise((resolve) => {
    if (!navigator.geolocation) resolve(null);
    else {
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => resolve(coords),
        () => resolve(null),
        { timeout: 8000, maximumAge: 60000 },
      );
    }
  });
}

async function taken(input) {
  const { form } = input;
  const state = form.querySelector("[data-photo-state]");
  if (!input.files.length) return;
  form.elements.taken_at.value = new Date().toISOString();
  try {
    const files = new DataTransfer();
    for (const file of input.files) files.items.add(await smaller(file));
    input.files = files.files;
  } catch {
    // Whether it is a photo the server decides as well: it says so in words.
    state.textContent = state.dataset.broken;
    return;
  }
  const coords = await place();
  if (coords) {
    form.elements.latitude.value = coords.latitude;
    form.elements.longitude.value = coords.longitude;
  }
  state.textContent = coords ? state.dataset.ready : state.dataset.placeless;
}

document.addEventListener("change", (event) => {
  if (event.target.matches("input[type=file][name=photo]")) taken(event.target);
});

// The phone's clock may be wrong: only the time between taking and sending counts.
document.addEventListener(
  "submit",
  (event) => {
    const sent = event.target.elements.sent_at;
    if (sent) sent.value = new Date().toISOString();
  },
  true,
);
