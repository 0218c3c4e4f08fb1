// A signature drawn with a finger: strokes of points, as the domain keeps them. A name alone will do.

const STEP = 3;

for (const pane of document.querySelectorAll("[data-sign]")) {
  const canvas = pane.querySelector("canvas");
  const field = pane.closest("form").elements.strokes;
  const pen = canvas.getContext("2d");
  let strokes = [];
  pane.hidden = false;
  pen.lineWidth = 4;
  pen.lineCap = "round";
  pen.strokeStyle = getComputedStyle(canvas).color;

  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    const x = ((event.clientX - box.left) * canvas.width) / box.width;
    const y = ((event.clientY - box.top) * canvas.height) / box.height;
    return [x, y].map((one, axis) => Math.round(Math.min(Math.max(one, 0), axis ? canvas.height : canvas.width)));
  };

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    strokes.push([at(event)]);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    const stroke = strokes.at(-1);
    const [[x, y], [nextX, nextY]] = [stroke.at(-1), at(event)];
    if (Math.hypot(nextX - x, nextY - y) < STEP) return;
    stroke.push([nextX, nextY]);
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(nextX, nextY);
    pen.stroke();
  });
  canvas.addEventListener("pointerup", () => {
    field.value = JSON.stringify(strokes);
  });
  pane.querySelector("[data-clear]").addEventListener("click", () => {
    strokes = [];
    field.value = "";
    pen.clearRect(0, 0, canvas.width, canvas.height);
  });
}
