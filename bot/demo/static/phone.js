// One phone: a chat as one person sees it, and what that person does with it.

import { Refusal, get, post } from "./api.js";
import { arrange, icon, node } from "./dom.js";
import { goneNode, inShort, messageNode } from "./message.js";
import { samplePhoto } from "./sample-photo.js";
import { dayNumber, dayOf } from "./times.js";

const ANSWER_WAIT = 10;
const TOAST_MS = 3000;
const LARGEST_PHOTO = 10 * 1024 * 1024;
const SLACK = 60;
const ONE_TURN = 90;

export const ROLES = {
  patient: { tab: "Patient", line: "Patient’s phone" },
  group: { tab: "Group", line: "Staff group" },
  on_call: { tab: "On call", line: "Clinician on call" },
  second: { tab: "Second", line: "Second on call" },
  lead: { tab: "Lead", line: "Lead" },
};

/**
 * `page` is what the phone needs of the page: {zone(), botName(), isSeen(role), unreadChanged(), announce(text),
 * fail(error), say(text), nameOf(role)}.
 */
export class Phone {
  constructor(person, page) {
    this.person = person;
    this.page = page;
    this.unread = 0;
    this.shown = new Map();
    this.since = 0;
    this.isFirst = true;
    this.follow = true;
    this.about = null;
    this.mark = 0;
    this.element = document.getElementById("phone-template").content.firstElementChild.cloneNode(true);
    this.find = (selector) => this.element.querySelector(selector);
    this.log = this.find(".log");
    this.empty = this.find(".empty");
    this.words = this.find("textarea");
    this.introduce();
    this.wire();
  }

  get role() {
    return this.person.role;
  }

  get isGroup() {
    return this.person.chat_id !== this.person.viewer;
  }

  get path() {
    return `/phones/${this.person.viewer}`;
  }

  /** Whether this phone can go on showing the person, or another one must be made. */
  shows(person) {
    return person.chat_id === this.person.chat_id && person.viewer === this.person.viewer && person.name === this.person.name;
  }

  introduce() {
    const { name, role } = this.person;
    this.element.dataset.role = role;
    this.element.setAttribute("aria-label", `${ROLES[role].line}: ${name}`);
    this.find(".name").textContent = name;
    const viewer = this.isGroup ? this.page.nameOf(this.person.viewer) : null;
    this.find(".role").textContent = viewer ? `${ROLES[role].line}, you write as ${viewer}` : ROLES[role].line;
    const initials = name.split(/[\s.]+/).filter((part) => /^\p{Lu}/u.test(part) && part !== "Dr").map((part) => part[0]);
    if (this.isGroup) this.find(".avatar").append(icon("people"));
    else this.find(".avatar").textContent = (initials.length ? initials : [name[0] ?? ""]).slice(0, 2).join("");
    this.log.setAttribute("aria-label", `Messages: ${name}`);
    this.words.setAttribute("aria-label", `Message as ${viewer ?? name}`);
    this.find(".head-menu").hidden = this.isGroup;
  }

  wire() {
    const form = this.find(".composer");
    form.onsubmit = (event) => {
      event.preventDefault();
      this.sendWords();
    };
    this.words.onkeydown = (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.sendWords();
      }
      if (event.key === "Escape" && this.about) this.setAbout(null);
    };
    this.find(".context button").onclick = () => this.setAbout(null);
    for (const button of this.element.querySelectorAll("[data-send]")) {
      button.onclick = () => this.attach(button.dataset.send);
    }
    const picker = this.find(".picker");
    picker.onchange = () => {
      if (picker.files[0]) this.sendPhoto(picker.files[0]);
      picker.value = "";
    };
    this.find(".block").onclick = () => {
      this.find(".head-menu").open = false;
      this.act(this.isBlocked ? "unblock" : "block");
    };
    this.find(".wake").onclick = () => this.act(this.isBlocked ? "unblock" : "start");
    this.find(".jump").onclick = () => {
      this.mark = Infinity;
      this.toTheEnd();
      this.log.focus({ preventScroll: true });
    };
    this.log.onscroll = () => {
      this.follow = this.isAtEnd();
      this.showJump();
    };
    new ResizeObserver(() => this.follow && this.scrollDown()).observe(this.log);
  }

  /** Take from the list of phones whether the bot may write here, and the group's topics. */
  standing(wire) {
    this.isBlocked = wire.blocked;
    const isAsleep = !this.isGroup && (wire.blocked || !wire.started);
    this.find(".composer").hidden = isAsleep;
    this.find(".wake").hidden = !isAsleep;
    this.find(".wake").textContent = wire.blocked ? "Unblock the bot" : "Start";
    this.find(".block").textContent = wire.blocked ? "Unblock the bot" : "Block the bot";
    const chat = wire.chats.find((each) => each.id === this.person.chat_id);
    this.setTopics(chat?.forum ? chat.topics : []);
  }

  setTopics(topics) {
    const names = JSON.stringify(topics);
    if (names === this.topicsKey) return;
    this.topicsKey = names;
    this.topics = new Map(topics.map((topic) => [topic.id, topic.name]));
    const open = topics.filter((topic) => !topic.closed);
    const select = this.find(".topic select");
    const chosen = select.value;
    select.replaceChildren(node("option", { value: "" }, "General"), ...open.map((topic) => node("option", { value: String(topic.id) }, topic.name)));
    select.value = open.some((topic) => String(topic.id) === chosen) ? chosen : "";
    this.find(".topic").hidden = open.length === 0;
    for (const entry of this.shown.values()) if (entry.message.thread_id) this.draw(entry);
    this.place();
  }

  // --- what the chat shows ---

  /** Fetch what changed; calls that come meanwhile are one more fetch. */
  async sync() {
    if (this.isSyncing) {
      this.syncAgain = true;
      return;
    }
    this.isSyncing = true;
    try {
      do {
        this.syncAgain = false;
        this.take(await get(`${this.path}/chats/${this.person.chat_id}?since=${this.since}`));
      } while (this.syncAgain);
    } catch (error) {
      // A phone that is no longer there is taken away by the next state.
      if (!(error instanceof Refusal)) throw error;
    } finally {
      this.isSyncing = false;
    }
  }

  take({ change, ids, messages }) {
    if (change < this.since || ids.length === 0) this.forget();
    if (change < this.since) {
      this.since = 0;
      this.syncAgain = true;
      return;
    }
    this.since = change;
    const here = new Set(ids);
    for (const entry of this.shown.values()) if (!here.has(entry.message.id) && !entry.isGone) this.remove(entry);
    const fresh = [];
    for (const message of messages) {
      const entry = this.shown.get(message.id);
      if (entry) entry.message = message;
      else {
        this.shown.set(message.id, { message });
        if (message.sender_id !== this.person.viewer) fresh.push(message);
      }
    }
    for (const message of messages) this.draw(this.shown.get(message.id));
    this.place();
    this.welcome(fresh, messages.length > 0);
  }

  forget() {
    this.shown.clear();
    this.setAbout(null);
    this.unread = 0;
    this.follow = true;
    this.mark = 0;
    this.place();
    this.page.unreadChanged();
  }

  draw(entry) {
    const { message } = entry;
    const own = message.sender_id === this.person.viewer;
    const old = entry.node;
    const focused = old?.contains(document.activeElement) ? [...old.querySelectorAll(".key")].indexOf(document.activeElement) : -2;
    entry.node = messageNode(message, {
      own,
      isGroup: this.isGroup,
      zone: this.page.zone(),
      botName: this.page.botName(),
      topic: this.topics?.get(message.thread_id),
      repliedTo: this.shown.get(message.reply_to)?.message,
      press: (button, key) => this.press(message, button, key),
      command: (text) => this.act("type", { text, ...this.where() }),
      start: (payload) => this.act("start", payload ? { payload } : {}),
      reply: own || this.role === "patient" ? null : () => this.setAbout({ act: "reply", message }),
      edit: own && message.kind === "text" ? () => this.setAbout({ act: "edit", message }) : null,
    });
    if (!old?.isConnected) return;
    old.replaceWith(entry.node);
    // The keyboard that somebody was on has new buttons: stay there, or at least in the chat.
    if (focused > -2) (entry.node.querySelectorAll(".key")[Math.max(focused, 0)] ?? this.log).focus({ preventScroll: true });
  }

  remove(entry) {
    entry.isGone = true;
    entry.node = goneNode(entry.message.sender_id === this.person.viewer);
    if (this.about?.message.id === entry.message.id) this.setAbout(null);
  }

  /** Put the messages in order, with a line wherever a new day begins. */
  place() {
    const zone = this.page.zone();
    const wanted = [this.empty];
    this.days ??= new Map();
    let day = null;
    for (const entry of [...this.shown.values()].sort((one, other) => one.message.id - other.message.id)) {
      const at = new Date(entry.message.date * 1000);
      const number = dayNumber(at, zone);
      if (number !== day) {
        day = number;
        if (!this.days.has(day)) this.days.set(day, node("p", { className: "day" }, dayOf(at, zone)));
        wanted.push(this.days.get(day));
      }
      wanted.push(entry.node);
    }
    arrange(this.log, wanted);
  }

  /** Count, announce and show what came in. */
  welcome(fresh, hasNews) {
    const isFirst = this.isFirst;
    this.isFirst = false;
    if (this.follow && hasNews) this.scrollDown();
    if (isFirst || fresh.length === 0) return;
    for (const message of fresh) {
      this.shown.get(message.id).node.classList.add("fresh");
      this.page.announce(`${this.person.name}: ${inShort(message)}`);
    }
    this.showJump(!this.follow);
    if (!this.page.isSeen(this.role)) {
      this.unread += fresh.length;
      this.page.unreadChanged();
    }
  }

  /** The phone was put in front of the reader. */
  seen() {
    if (this.follow) this.scrollDown();
    this.unread = 0;
    this.page.unreadChanged();
  }

  /** Something was done that will be answered: what comes from now on belongs together. */
  expect() {
    this.follow = true;
    this.mark = Math.max(0, ...this.shown.keys());
  }

  toTheEnd() {
    this.follow = true;
    this.scrollDown();
  }

  showJump(isNew = false) {
    const jump = this.find(".jump");
    const below = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight;
    jump.hidden = below < SLACK;
    if (isNew || jump.hidden) jump.classList.toggle("new", isNew);
  }

  isAtEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < SLACK || this.keepsTop === this.log.scrollTop;
  }

  /** Show the end of the chat, but never hide the beginning of what was just said: an advice begins with what to do. */
  scrollDown() {
    const { log } = this;
    const end = log.scrollHeight - log.clientHeight;
    const first = this.firstOfTurn();
    const top = first ? first.offsetTop - log.offsetTop - 12 : end;
    log.scrollTop = Math.min(end, Math.max(top, 0));
    this.keepsTop = log.scrollTop;
    this.showJump();
  }

  /** The node of the first message that came in together with the newest one; none when nothing came since the last act. */
  firstOfTurn() {
    const entries = [...this.shown.values()].sort((one, other) => other.message.id - one.message.id);
    const [newest] = entries;
    let first = null;
    for (const entry of entries) {
      const { id, date, sender_id: sender } = entry.message;
      if (id <= this.mark || sender === this.person.viewer || newest.message.date - date > ONE_TURN) break;
      first = entry;
    }
    return first?.node;
  }

  // --- what the person does ---

  where() {
    const thread = this.find(".topic select").value;
    return { chat: this.person.chat_id, ...(thread && !this.find(".topic").hidden ? { thread: Number(thread) } : {}) };
  }

  async act(act, body = {}) {
    this.expect();
    try {
      return await post(`${this.path}/${act}`, body);
    } catch (error) {
      this.page.fail(error);
      return null;
    }
  }

  async sendWords() {
    const text = this.words.value.trim();
    if (!text) return;
    const { about } = this;
    this.words.value = "";
    this.setAbout(null);
    const sent = about
      ? await this.act(about.act, { text, message: about.message.id, chat: this.person.chat_id })
      : await this.act("type", { text, ...this.where() });
    if (sent === null && !this.words.value) this.words.value = text;
  }

  async press(message, button, key) {
    if (key.getAttribute("aria-busy") === "true") return;
    key.setAttribute("aria-busy", "true");
    const body = { data: button.callback_data, message: message.id, chat: this.person.chat_id, wait: ANSWER_WAIT };
    const pressed = await this.act("press", body);
    key.removeAttribute("aria-busy");
    if (pressed === null) return;
    if (pressed.answer === null) this.toast("The bot has not answered yet.");
    else if (pressed.answer.text && pressed.answer.show_alert) this.page.say(pressed.answer.text);
    else if (pressed.answer.text) this.toast(pressed.answer.text);
  }

  async attach(what) {
    this.find(".attach").open = false;
    if (what === "photo") this.find(".picker").click();
    else if (what === "sample") await this.sendPhoto(await samplePhoto());
    else await this.act(what, { chat: this.person.chat_id, ...(what === "sticker" ? { emoji: "🙂" } : {}) });
  }

  async sendPhoto(file) {
    if (file.size > LARGEST_PHOTO) {
      this.toast("That photo is larger than 10 MB.");
      return;
    }
    const caption = this.words.value.trim();
    this.words.value = "";
    await this.act("photo", { base64: await base64Of(file), caption, ...this.where() });
  }

  setAbout(about) {
    if (this.about?.act === "edit") this.words.value = "";
    this.about = about;
    this.find(".context").hidden = about === null;
    if (about === null) return;
    const verb = about.act === "edit" ? "Edit" : "Reply to";
    this.find(".context p").textContent = `${verb}: ${inShort(about.message)}`;
    if (about.act === "edit") this.words.value = about.message.text;
    this.words.focus();
  }

  toast(text) {
    const toast = this.find(".toast");
    toast.textContent = text;
    toast.hidden = false;
    clearTimeout(this.toastEnds);
    this.toastEnds = setTimeout(() => { toast.hidden = true; }, TOAST_MS);
  }
}

function base64Of(file) {
  return new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => fail(reader.error);
    reader.readAsDataURL(file);
  });
}
