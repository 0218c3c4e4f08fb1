// "Read to me": the device's own voice reads the page, without what is marked data-silent. The
// button shows itself only when there is a voice for the page's language.

const button = document.querySelector("[data-read-aloud]");
const speech = window.speechSynthesis;
const language = document.documentElement.lang.slice(0, 2).toLowerCase();

function voice() {
  return speech.getVoices().find((one) => one.lang.toLowerCase().startsWith(language));
}

function words() {
  const copy = document.getElementById(button.dataset.readAloud).cloneNode(true);
  for (const silent of copy.querySelectorAll("[data-silent], [hidden], script, input")) silent.remove();
  const blocks = copy.querySelectorAll("h1, h2, h3, p, li, dt, dd, label, legend");
  const leaves = [...blocks].filter((block) => !block.querySelector("h1, h2, h3, p, li, dt, dd"));
  return leaves.map((block) => block.textContent.replace(/\s+/g, " ").trim()).filter(Boolean);
}

function show(reading) {
  const label = button.querySelector("[data-label]");
  button.dataset.startLabel ??= label.textContent;
  label.textContent = reading ? button.dataset.stopLabel : button.dataset.startLabel;
  button.setAttribute("aria-pressed", String(reading));
}

function read() {
  const sentences = words();
  sentences.forEach((sentence, place) => {
    const utterance = new SpeechSynthesisUtterance(sentence);
    utterance.voice = voice();
    utterance.lang = utterance.voice.lang;
    utterance.rate = 0.85;
    if (place === sentences.length - 1) utterance.onend = () => show(false);
    speech.speak(utterance);
  });
  show(sentences.length > 0);
}

function toggle() {
  const reading = button.getAttribute("aria-pressed") === "true";
  speech.cancel();
  if (reading) show(false);
  else read();
}

if (button && speech) {
  const reveal = () => { button.hidden = !voice(); };
  reveal();
  speech.addEventListener("voiceschanged", reveal);
  button.addEventListener("click", toggle);
  window.addEventListener("pagehide", () => speech.cancel());
}
