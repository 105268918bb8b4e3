// The console's own script: the live board, its shrinking bars and its sound. Nothing here decides anything.
"use strict";

const board = document.querySelector(".board");
if (board) {
  const list = document.getElementById("alerts");
  const line = board.querySelector(".line");
  const text = board.querySelector(".line-text");
  const soundButton = board.querySelector(".sound");
  const pageTitle = document.title;
  let audio = null;
  let known = loud();

  function loud() {
    return new Set([...document.querySelectorAll("#alerts [data-loud]")].map((each) => each.dataset.id + each.className));
  }

  function say(state, words) {
    line.classList.toggle("on", state === "on");
    line.classList.toggle("lost", state === "lost");
    if (text.textContent !== words) text.textContent = words;
  }

  function ring() {
    if (!audio) return;
    [0, 0.35, 0.7, 1.4, 1.75, 2.1].forEach((at, place) => {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      tone.type = "triangle";
      tone.frequency.value = place % 3 === 2 ? 988 : 740;
      volume.gain.setValueAtTime(0, audio.currentTime + at);
      volume.gain.linearRampToValueAtTime(0.5, audio.currentTime + at + 0.03);
      volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + at + 0.3);
      tone.connect(volume).connect(audio.destination);
      tone.start(audio.currentTime + at);
      tone.stop(audio.currentTime + at + 0.32);
    });
  }

  function heard() {
    const now = loud();
    if ([...now].some((each) => !known.has(each))) ring();
    known = now;
    const urgent = Number(list.querySelector("[data-urgent]")?.dataset.urgent || 0);
    document.title = urgent ? `(${urgent}) ${board.dataset.urgentTitle}` : pageTitle;
  }

  function replaceList(html) {
    const open = [...list.querySelectorAll("details[open]")].map((each) => [each.closest(".alert").id, [...each.parentNode.children].indexOf(each)]);
    const focused = document.activeElement?.closest?.("#alerts .alert")?.id;
    list.innerHTML = html;
    for (const [id, place] of open) document.getElementById(id)?.querySelector(".acts")?.children[place]?.setAttribute("open", "");
    if (focused) document.getElementById(focused)?.querySelector("button, summary")?.focus({ preventScroll: true });
    bars();
    heard();
  }

  function listen() {
    const source = new EventSource(board.dataset.stream);
    source.addEventListener("open", () => say("on", line.dataset.live));
    source.addEventListener("board", (event) => { say("on", line.dataset.live); replaceList(event.data); });
    source.addEventListener("out", () => { source.close(); location.reload(); });
    source.addEventListener("error", () => {
      say("lost", line.dataset.lost);
      if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 5000);
    });
    addEventListener("pagehide", () => source.close());
  }

  soundButton.hidden = false;
  soundButton.addEventListener("click", () => {
    const on = soundButton.getAttribute("aria-pressed") !== "true";
    if (on) { audio = new AudioContext(); audio.resume(); ring(); } else { audio?.close(); audio = null; }
    soundButton.setAttribute("aria-pressed", String(on));
    soundButton.querySelector(".sound-text").textContent = on ? soundButton.dataset.on : soundButton.dataset.off;
  });
  listen();
}

// The bars: the server says now, begins and until; this counts on by the time that has passed since, not by this clock.
const loadedAt = new Map();
function bars() {
  for (const each of document.querySelectorAll(".time[data-until]")) {
    const mark = each.dataset.now;
    if (!loadedAt.has(each)) loadedAt.set(each, performance.now());
    const now = Number(mark) + (performance.now() - loadedAt.get(each)) / 1000;
    const left = Number(each.dataset.until) - now;
    const whole = Math.max(1, Number(each.dataset.until) - Number(each.dataset.begins));
    const minutes = Math.floor(left / 60);
    const words = (left < 0 ? each.dataset.over : each.dataset.left).replace("#", String(Math.abs(minutes)));
    const shown = each.querySelector(".time-text");
    if (shown.textContent !== words) shown.textContent = words;
    each.querySelector("progress").value = Math.max(0, Math.min(100, (100 * left) / whole));
    each.classList.toggle("over", left < 0);
  }
  for (const each of loadedAt.keys()) if (!each.isConnected) loadedAt.delete(each);
}
bars();
setInterval(bars, 1000);

// One menu at a time, and Escape closes it.
document.addEventListener("toggle", (event) => {
  if (!event.target.matches?.("details.menu") || !event.target.open) return;
  for (const other of document.querySelectorAll("details.menu[open]")) if (other !== event.target) other.open = false;
}, true);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details.menu[open]");
  if (open) { open.open = false; open.querySelector("summary").focus(); }
});

// Two photos over each other, with a slider between them; without scripts they stand side by side.
for (const pair of document.querySelectorAll(".compare")) {
  const figures = [...pair.querySelectorAll("figure")];
  if (figures.length !== 2) continue;
  const stage = document.createElement("div");
  stage.className = "stage";
  const names = document.createElement("div");
  names.className = "names";
  for (const figure of figures) {
    stage.append(figure.querySelector("img"));
    names.append(figure.querySelector("figcaption"));
  }
  const slider = document.createElement("input");
  slider.type = "range";
  slider.value = "50";
  slider.setAttribute("aria-label", pair.dataset.label);
  slider.addEventListener("input", () => stage.style.setProperty("--cut", `${slider.value}%`));
  pair.replaceChildren(stage, slider, names);
  pair.classList.add("live");
}
