// Telegram's formatted text as nodes. Entity offsets count UTF-16 units, which is what JavaScript strings count.

import { node } from "./dom.js";

const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote", expandable_blockquote: "blockquote" };
const BLOCKS = new Set(["pre", "blockquote"]);
const VERBATIM = new Set(["code", "pre", "text_link", "url", "bot_command", "mention"]);
const TYPED = /(?<![\w/])\/[A-Za-z]\w{0,63}|https?:\/\/[^\s<>]+/g;

/** `acts.command(text)` and `acts.start(payload)` are what a tap on a command and on a link to the bot do. */
export function richText(text, entities, acts) {
  const words = node("div", { className: "words", dir: "auto" });
  const all = [...entities, ...marked(text, entities)].sort(byPlace);
  build(words, text, all, 0, text.length, acts);
  return words;
}

/** The payload of a link that starts this bot, "" for one without payload, null for any other link. */
export function startPayload(url, botName) {
  let link;
  try {
    link = new URL(url);
  } catch {
    return null;
  }
  const isTelegram = ["t.me", "telegram.me"].includes(link.hostname);
  if (!isTelegram || !botName || link.pathname.slice(1).toLowerCase() !== botName.toLowerCase()) return null;
  return link.searchParams.get("start") ?? "";
}

export function isSafeLink(url) {
  try {
    return ["http:", "https:", "mailto:", "tel:"].includes(new URL(url).protocol);
  } catch {
    return false;
  }
}

const byPlace = (one, other) => one.offset - other.offset || other.length - one.length;

/** Commands and links that Telegram marks by itself. */
function marked(text, entities) {
  const taken = entities.filter((entity) => VERBATIM.has(entity.type));
  const found = [...text.matchAll(TYPED)].map((match) => ({
    type: match[0].startsWith("/") ? "bot_command" : "url",
    offset: match.index,
    length: match[0].length,
  }));
  return found.filter((one) => !taken.some((other) => one.offset < other.offset + other.length && other.offset < one.offset + one.length));
}

function build(parent, text, entities, start, end, acts) {
  let at = start;
  let rest = entities;
  while (rest.length) {
    const [entity, ...others] = rest;
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.offset + entity.length, end);
    rest = others;
    if (from >= to) continue;
    parent.append(text.slice(at, from));
    const inner = [];
    const after = [];
    for (const other of others) {
      const stop = other.offset + other.length;
      if (other.offset >= to) {
        after.push(other);
        continue;
      }
      inner.push({ ...other, length: Math.min(stop, to) - other.offset });
      if (stop > to) after.push({ ...other, offset: to, length: stop - to });
    }
    rest = after.sort(byPlace);
    const wrapper = wrapperOf(entity, text.slice(from, to), acts);
    build(wrapper, text, inner, from, to, acts);
    parent.append(wrapper);
    at = to;
    // A block ends its line itself.
    if (BLOCKS.has(wrapper.localName) && text[at] === "\n") at += 1;
  }
  parent.append(text.slice(at, end));
}

function wrapperOf(entity, words, acts) {
  if (entity.type in TAGS) return node(TAGS[entity.type]);
  switch (entity.type) {
    case "spoiler":
      return spoiler();
    case "bot_command":
      return node("button", { type: "button", className: "inline", onclick: () => acts.command(words) });
    case "url":
      return link(words, acts);
    case "text_link":
      return link(entity.url, acts);
    default:
      return node("span");
  }
}

function link(url, acts) {
  const payload = startPayload(url, acts.botName);
  if (payload !== null) return node("button", { type: "button", className: "inline", onclick: () => acts.start(payload) });
  if (!isSafeLink(url)) return node("span");
  return node("a", { href: url, target: "_blank", rel: "noopener noreferrer" });
}

function spoiler() {
  const hidden = node("button", { type: "button", className: "inline spoiler", "aria-expanded": "false" });
  hidden.onclick = () => hidden.setAttribute("aria-expanded", "true");
  return hidden;
}
