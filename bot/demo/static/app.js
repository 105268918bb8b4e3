// The demo page: fetches the state, keeps the phones, moves the clock.

import { get, listen, post } from "./api.js";
import { node } from "./dom.js";
import { Phone, ROLES } from "./phone.js";
import { clockOf, dateOf, dueOf, sinceSession } from "./times.js";

const COLUMNS = { patient: "patient", group: "group", on_call: "third", second: "third", lead: "third" };
const WEEK_6 = 42 * 86_400_000;
const REFRESH_MS = 250;
const LOST = "The connection to the demo is lost. Trying again …";

const by = (id) => document.getElementById(id);
const wide = matchMedia("(min-width: 900px)");
const roomForGuide = matchMedia("(min-width: 1280px)");
const phones = new Map();

let state = null;
let heardAt = 0;
let bot = null;
let third = "on_call";
let tab = "patient";
let isMoving = false;

const page = {
  zone: () => state.zone,
  botName: () => bot?.username,
  nameOf: (userId) => state.people.find((person) => person.chat_id === userId)?.name ?? null,
  isSeen,
  unreadChanged: showBadges,
  announce,
  fail: (error) => notice(error.message),
  say(text) {
    by("say-text").textContent = text;
    by("say-dialog").showModal();
  },
};

// --- the state ---

/** Ask what there is. `change` events come in bursts: one question at a time, and one more after the last. */
const refresh = (() => {
  let isAsking = false;
  let again = false;
  return async function ask() {
    if (isAsking) {
      again = true;
      return;
    }
    isAsking = true;
    try {
      const [heard, everyone] = await Promise.all([get("/demo/state"), get("/phones")]);
      bot = everyone.bot;
      show(heard);
      for (const wire of everyone.phones) {
        for (const phone of phones.values()) if (phone.person.viewer === wire.id) phone.standing(wire);
      }
    } catch (error) {
      page.fail(error);
    }
    // Another tab moves the clock: nothing tells when it is done.
    const wait = state?.busy && !isMoving ? 4 * REFRESH_MS : REFRESH_MS;
    setTimeout(() => {
      isAsking = false;
      if (!again && !(state?.busy && !isMoving)) return;
      again = false;
      ask();
    }, wait);
  };
})();

function show(heard) {
  state = heard;
  heardAt = performance.now();
  const isPlaying = state.session !== null;
  keepPhones();
  by("start").hidden = isPlaying;
  by("play").hidden = !isPlaying;
  by("tabs").hidden = !isPlaying;
  for (const element of document.querySelectorAll(".playing")) element.hidden = !isPlaying;
  by("treatment").textContent = isPlaying ? [state.session.procedure, state.session.sites.join(", ")].filter(Boolean).join(": ") : "";
  by("tips").replaceChildren(...state.tips.map((tip) => node("li", {}, tip)));
  showClock();
  showBusy();
  choose();
  document.body.classList.remove("loading");
}

function keepPhones() {
  for (const [role, phone] of phones) {
    const person = state.people.find((each) => each.role === role);
    if (person && phone.shows(person)) continue;
    phone.element.remove();
    phones.delete(role);
  }
  let isNew = false;
  for (const person of state.people) {
    if (phones.has(person.role) || !(person.role in ROLES)) continue;
    const phone = new Phone(person, page);
    phones.set(person.role, phone);
    document.querySelector(`[data-column="${COLUMNS[person.role]}"]`).append(phone.element);
    phone.sync();
    isNew = true;
  }
  if (isNew || phones.size !== by("tabs").childElementCount) drawTabs();
}

// --- the clock ---

const now = () => new Date(Date.parse(state.now) + performance.now() - heardAt);

function showClock() {
  const at = now();
  by("clock-time").textContent = clockOf(at, state.zone);
  by("clock-date").textContent = dateOf(at, state.zone);
  if (!state.session) return;
  const t0 = new Date(state.session.t0);
  by("clock-since").textContent = sinceSession(at, t0, state.zone);
  by("next-at").textContent = state.next ? dueOf(new Date(state.next.at), at, state.zone) : "none is planned";
  document.querySelector("[data-to=next]").title = state.next?.what ?? "";
}

function tick() {
  if (state) showClock();
  const passed = state ? now() % 60_000 : 0;
  setTimeout(tick, 60_050 - passed);
}

function showBusy() {
  const isBusy = isMoving || state.busy;
  document.body.classList.toggle("busy", isBusy);
  by("progress").hidden = !isBusy;
  by("moves").setAttribute("aria-busy", String(isBusy));
  for (const button of by("moves").children) button.disabled = isBusy;
  by("register-button").disabled = isBusy;
  by("again-button").disabled = isBusy;
  by("register-button").textContent = isBusy ? "One moment …" : "Register a patient";
  if (!isBusy && !state.next) document.querySelector("[data-to=next]").disabled = true;
  if (!isBusy && state.session && now() - Date.parse(state.session.t0) >= WEEK_6) document.querySelector("[data-to=week6]").disabled = true;
}

/** Post something that takes its time; the phones fill meanwhile. */
async function move(path, body) {
  if (isMoving) return;
  const focused = document.activeElement;
  isMoving = true;
  notice(null);
  for (const phone of phones.values()) phone.expect();
  showBusy();
  try {
    const heard = await post(path, body);
    isMoving = false;
    show(heard);
    if (path === "/demo/clock") announce(`It is ${clockOf(now(), state.zone)}, ${dateOf(now(), state.zone)}.`);
  } catch (error) {
    isMoving = false;
    showBusy();
    page.fail(error);
  }
  refresh();
  // A disabled button loses the focus of the keyboard.
  if (focused?.isConnected && document.activeElement === document.body) focused.focus({ preventScroll: true });
}

// --- which phone is in front ---

function isSeen(role) {
  if (by("play").hidden) return false;
  return wide.matches ? COLUMNS[role] !== "third" || role === third : role === tab;
}

function choose(role) {
  if (role) tab = role;
  if (role && COLUMNS[role] === "third") third = role;
  if (!phones.has(third)) third = [...phones.keys()].find((each) => COLUMNS[each] === "third") ?? "on_call";
  if (!phones.has(tab)) tab = "patient";
  for (const [each, phone] of phones) {
    phone.element.classList.toggle("chosen", COLUMNS[each] !== "third" || each === third);
  }
  for (const column of document.querySelectorAll(".column")) {
    column.classList.toggle("chosen", column.dataset.column === COLUMNS[tab]);
  }
  for (const button of document.querySelectorAll("#tabs button, #strip button")) {
    const chosen = button.closest("#strip") ? third : tab;
    button.setAttribute("aria-pressed", String(button.dataset.role === chosen));
  }
  for (const [each, phone] of phones) if (isSeen(each)) phone.seen();
}

function drawTabs() {
  const inOrder = Object.keys(ROLES).filter((role) => phones.has(role));
  const button = (role, ...face) =>
    node("button", { type: "button", "data-role": role, onclick: () => choose(role) }, ...face, ROLES[role].tab, node("span", { className: "badge" }));
  by("tabs").replaceChildren(...inOrder.map((role) => button(role, phones.get(role).find(".avatar").cloneNode(true))));
  by("strip").replaceChildren(...inOrder.filter((role) => COLUMNS[role] === "third").map((role) => button(role)));
}

function showBadges() {
  for (const button of document.querySelectorAll("#tabs button, #strip button")) {
    const count = phones.get(button.dataset.role)?.unread ?? 0;
    button.querySelector(".badge").textContent = count ? String(Math.min(count, 99)) : "";
    button.setAttribute("aria-label", ROLES[button.dataset.role].tab + (count ? `, ${count} unread` : ""));
  }
}

// --- words beside the phones ---

function announce(text) {
  const announcer = by("announcer");
  const line = node("p", {}, text);
  announcer.append(line);
  setTimeout(() => line.remove(), 10_000);
}

function notice(text) {
  by("notice").hidden = text === null;
  by("notice").firstElementChild.textContent = text ?? "";
}

function guide(isOpen) {
  by("play").classList.toggle("guided", isOpen);
  by("guide-button").setAttribute("aria-expanded", String(isOpen));
}

// --- what the reader does ---

by("register-button").onclick = () => move("/demo/register");
for (const button of by("moves").children) {
  const { advance, to } = button.dataset;
  button.onclick = () => move("/demo/clock", to ? { to } : { advance_s: Number(advance) });
}
by("again-button").onclick = () => by("again-dialog").showModal();
by("again-dialog").onclose = () => {
  if (by("again-dialog").returnValue === "yes") move("/demo/reset");
  by("again-dialog").returnValue = "";
};
by("guide-button").onclick = () => guide(!by("play").classList.contains("guided"));
by("guide-close").onclick = () => {
  guide(false);
  by("guide-button").focus();
};
by("shade").onclick = () => guide(false);
by("notice").lastElementChild.onclick = () => notice(null);
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (!roomForGuide.matches) guide(false);
});
wide.onchange = () => state && choose();
roomForGuide.onchange = () => guide(roomForGuide.matches);

for (const id of ["start-stories", "guide-stories"]) by(id).append(by("stories-template").content.cloneNode(true));
guide(roomForGuide.matches);
listen(
  () => {
    for (const phone of phones.values()) phone.sync();
    refresh();
  },
  (isUp) => {
    if (!isUp) notice(LOST);
    else if (by("notice").firstElementChild.textContent === LOST) notice(null);
  },
);
await refresh();
tick();
