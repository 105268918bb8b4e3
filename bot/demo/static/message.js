// One message as it looks on a phone.

import { icon, node } from "./dom.js";
import { isSafeLink, richText, startPayload } from "./rich-text.js";
import { clockOf } from "./times.js";

const LONG_LABEL = 22;
const SERVICE = {
  new_chat_members: (people) => `${people.map((person) => person.first_name).join(", ")} joined the group`,
  left_chat_member: (person) => `${person.first_name} left the group`,
  forum_topic_created: (topic) => `Topic “${topic.name}” was opened`,
  forum_topic_closed: () => "The topic was closed",
  forum_topic_reopened: () => "The topic was opened again",
  pinned_message: () => "A message was pinned",
  migrate_to_chat_id: () => "The group became a supergroup",
  migrate_from_chat_id: () => "The group became a supergroup",
};
const ATTACHED = {
  voice: (content) => attached("play", `Voice message, ${length(content.voice.duration)}`),
  audio: () => attached("play", "Audio"),
  video: (content) => attached("play", `Video, ${length(content.video.duration)}`),
  location: () => attached("place", "Location"),
  contact: (content) => attached("person", `${content.contact.first_name}, ${content.contact.phone_number}`),
  sticker: (content) => node("p", { className: "sticker", role: "img", "aria-label": "Sticker" }, content.sticker.emoji ?? ""),
};

/**
 * The node of a message. `view` says how it is seen: {own, isGroup, zone, repliedTo, topic, botName},
 * and what can be done with it: {press(button, key), command(text), start(payload), reply(), edit()}.
 */
export function messageNode(message, view) {
  const body = [...pictures(message), ...attachments(message)];
  if (!message.text && !body.length) return service(message);
  const acts = { command: view.command, start: view.start, botName: view.botName };
  const name = view.isGroup && !view.own ? node("p", { className: "from" }, sender(message, view)) : null;
  const forwarded = message.content.forward_origin ? node("p", { className: "forwarded" }, "Forwarded") : null;
  const words = message.text ? richText(message.text, message.entities, acts) : null;
  const bubble = node("div", { className: "bubble" }, name, forwarded, quote(view.repliedTo), ...body, words, meta(message, view));
  const keys = message.buttons.length ? keyboard(message.buttons, view) : null;
  const className = `message${view.own ? " own" : ""}${keys ? " keyed" : ""}`;
  return node("article", { className, "data-id": String(message.id) }, bubble, keys);
}

export function goneNode(own) {
  return node("p", { className: `gone${own ? " own" : ""}` }, "Deleted message");
}

/** A message in a few words, for quotes and for those who listen. */
export function inShort(message) {
  if (message.text) return message.text.replace(/\s+/g, " ").slice(0, 160);
  return message.kind in SERVICE ? serviceWords(message) : message.kind.replaceAll("_", " ");
}

function sender(message, view) {
  return view.topic ? `${message.sender_name} · ${view.topic}` : message.sender_name;
}

function quote(repliedTo) {
  return repliedTo ? node("p", { className: "quote" }, inShort(repliedTo)) : null;
}

function pictures(message) {
  const isPicture = (file) => message.kind === "photo" || (message.kind === "document" && file.media_type.startsWith("image/"));
  return message.files.filter(isPicture).map((file) => {
    const alt = message.text ? `Picture: ${message.text.slice(0, 100)}` : "Picture";
    return node("img", { className: "picture", src: `/phones/files/${file.id}`, alt });
  });
}

function attachments(message) {
  if (message.kind in ATTACHED) return [ATTACHED[message.kind](message.content)];
  if (message.kind !== "document") return [];
  return message.files
    .filter((file) => !file.media_type.startsWith("image/"))
    .map((file) => node("a", { className: "piece", href: `/phones/files/${file.id}`, download: file.name }, node("span", {}, icon("file")), file.name));
}

function attached(name, words) {
  return node("p", { className: "piece" }, node("span", {}, icon(name)), words);
}

const length = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

function meta(message, view) {
  const line = node("div", { className: "meta" });
  if (view.reply) line.append(act("reply", "Reply to this message", view.reply));
  if (view.edit) line.append(act("edit", "Edit this message", view.edit));
  const reactions = Object.values(message.reactions).flat().map((reaction) => reaction.emoji ?? "");
  if (reactions.length) line.append(node("span", {}, reactions.join(" ")));
  if (message.pinned) line.append(node("span", {}, "pinned"));
  if (message.edited) line.append(node("span", { className: "edited" }, "edited"));
  const at = new Date(message.date * 1000);
  line.append(node("time", { dateTime: at.toISOString() }, clockOf(at, view.zone)));
  return line;
}

function act(name, label, onclick) {
  return node("button", { type: "button", className: "act", title: label, "aria-label": label, onclick }, icon(name));
}

function keyboard(rows, view) {
  const isLong = rows.some((row) => row.length === 1 && row[0].text.length > LONG_LABEL);
  const keys = node("div", { className: `keys${isLong ? " lines" : ""}`, role: "group", "aria-label": "Answers" });
  for (const row of rows) {
    const size = row.length === 1 ? " single" : row.length > 3 ? " many" : "";
    keys.append(node("div", { className: `row${size}` }, ...row.map((button) => keyOf(button, view))));
  }
  return keys;
}

function keyOf(button, view) {
  if (button.url) {
    const payload = startPayload(button.url, view.botName);
    if (payload !== null) return node("button", { type: "button", className: "key", onclick: () => view.start(payload) }, button.text);
    if (isSafeLink(button.url)) return node("a", { className: "key", href: button.url, target: "_blank", rel: "noopener noreferrer" }, button.text);
  }
  const key = node("button", { type: "button", className: "key", disabled: button.callback_data === undefined }, button.text);
  key.onclick = () => view.press(button, key);
  return key;
}

function service(message) {
  return node("p", { className: "service" }, serviceWords(message));
}

function serviceWords(message) {
  const words = SERVICE[message.kind];
  return words ? words(message.content[message.kind]) : message.kind.replaceAll("_", " ");
}
