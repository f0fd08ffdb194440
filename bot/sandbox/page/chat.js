// The page: keeps what the server says about people and the open chat, and shows it.
import { bubble } from "./bubbles.js";
import { Composer } from "./composer.js";
import { alert, askNewcomer, prepareDialogs, toast } from "./dialogs.js";
import { day, element } from "./formatting.js";
import { prepareFrame, showClock, showControl, showPeople } from "./frame.js";
import { listen, server } from "./server.js";
import { words } from "./words.js";

const $ = (selector) => document.querySelector(selector);
const scroll = $("#scroll");
const log = $("#log");

let overview = null;
let person = null; // who we are
let chat = { id: 0, messages: new Map(), taps: new Map() };
const unread = new Map(); // chat id to count
let nudged = null; // the chats with something new since the clock began to move; null when it stands
let opening = 0; // counts the chats opened
let late = []; // what happened while a chat was being opened; null when none is
let statusTimer;

const hands = {
  me: () => person.id,
  isSpinning: (messageId, data) =>
    [...chat.taps.values()].some((tap) => !tap.answered && tap.message_id === messageId && tap.data === data),
  tapped: followLink,
  pressed: pressInline,
};
const composer = new Composer(act, () => person?.commands ?? [], inlineQuery);
composer.lastOwn = () => [...chat.messages.values()].findLast((message) => message.from.id === person.id && message.text);

async function act(name, body = {}) {
  const where = chat.id < 0 ? { group_id: chat.id } : {};
  return tried(() => server.act(person.id, name, { ...where, ...body }));
}

async function tried(request) {
  try {
    return await request();
  } catch (error) {
    toast(error instanceof TypeError ? words.offline : error.message);
    return null;
  }
}

function inlineQuery(text) {
  const called = `@${overview.bot.username} `.toLowerCase();
  return text.toLowerCase().startsWith(called) ? text.slice(called.length) : null;
}

// ---- what the bot's words set off

function followLink({ url, command }, event) {
  if (command) {
    act("says", { text: command });
    return;
  }
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const here = `/${overview.bot.username}`.toLowerCase();
  const toBot = parsed?.hostname === "t.me" && parsed.pathname.toLowerCase() === here;
  const resolved = parsed?.protocol === "tg:" && parsed.searchParams.get("domain") === overview.bot.username;
  if (!toBot && !resolved) return;
  event?.preventDefault();
  if (!parsed.searchParams.has("start")) return;
  act("says", { text: `/start ${parsed.searchParams.get("start")}`.trim() });
}

function pressInline(button, message) {
  if (button.callback_data) {
    act("taps", { message_id: message.message_id, data: button.callback_data });
  } else if (button.url) {
    let stays = false;
    followLink({ url: button.url }, { preventDefault: () => (stays = true) });
    if (!stays) window.open(button.url, "_blank", "noopener");
  } else if (button.copy_text) {
    navigator.clipboard.writeText(button.copy_text.text).then(() => toast(words.copied));
  } else {
    const query = button.switch_inline_query ?? button.switch_inline_query_current_chat ?? "";
    act("asks_inline", { query });
  }
}

// ---- messages

function show(message) {
  const old = chat.messages.get(message.message_id);
  chat.messages.set(message.message_id, message);
  const node = log.querySelector(`[data-id="${message.message_id}"]`);
  const newDay = node ? node.classList.contains("new-day") : startsDay(message);
  const fresh = bubble(message, newDay, hands);
  if (old && node) node.replaceWith(fresh);
  else log.append(fresh);
}

function startsDay(message) {
  const before = [...chat.messages.values()].at(-2);
  return !before || day(before.date) !== day(message.date);
}

function redraw() {
  const messages = [...chat.messages.values()];
  log.setAttribute("aria-busy", "true");
  log.replaceChildren();
  chat.messages.clear();
  messages.forEach(show);
  log.setAttribute("aria-busy", "false");
}

const atEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;

function toEnd() {
  scroll.scrollTop = scroll.scrollHeight;
}

// As far down as the end, but not beyond the beginning of the message.
function toMessage(id) {
  toEnd();
  keepTop(id);
}

// A message taller than the view is read from its beginning.
function keepTop(id) {
  if (above(id) > 0) scroll.scrollTop -= above(id) + 8;
}

// By how many pixels a message begins above the view.
function above(id) {
  const node = log.querySelector(`[data-id="${id}"]`);
  return node ? scroll.getBoundingClientRect().top - node.getBoundingClientRect().top : 0;
}

function showEndButton() {
  $("#to-end").hidden = atEnd();
}

// ---- the frame around the messages

function showFrame() {
  if (!person) return;
  const group = overview.groups.find(({ id }) => id === chat.id);
  const name = group?.title ?? (person.bot_name || overview.bot.name);
  document.title = `${name} · ${words.title}`;
  $("#bot-name").textContent = name;
  $("#status").textContent = words.bot;
  const empty = !chat.messages.size && !group;
  $("#welcome").hidden = !empty;
  $("#welcome h2").textContent = name;
  $("#welcome p").textContent = person.description || words.emptyChat;
  $("#composer").hidden = empty || person.blocked;
  $("#big").hidden = !empty && !person.blocked;
  $("#big").textContent = person.blocked ? words.restart : words.start;
  $("#commands").hidden = !person.commands.length;
  composer.showKeyboard(empty || person.blocked ? null : chat.keyboard);
  listPeople();
  showMenu();
}

const listPeople = () => showPeople(overview, chat.id, unread, { open, add: addPerson });

function showMenu() {
  const toggle = element("button", { type: "button" }, person.blocked ? words.unblock : words.block);
  toggle.onclick = () => {
    $("#more-menu").hidePopover();
    act(person.blocked ? "unblocks" : "blocks");
  };
  $("#more-menu").replaceChildren(toggle);
}

// ---- opening, adding, listening

async function open(id) {
  const turn = ++opening;
  late ??= [];
  const fresh = await tried(() => server.chat(id));
  if (turn !== opening) return; // another chat was opened meanwhile
  if (fresh) enter(id, fresh);
  const missed = late;
  late = null;
  missed.forEach(hear);
}

function enter(id, fresh) {
  person = overview.people.find((one) => one.id === id) ?? person;
  const messages = new Map(fresh.messages.map((message) => [message.message_id, message]));
  chat = { id, messages, keyboard: fresh.keyboard, taps: new Map(fresh.taps.map((tap) => [tap.id, tap])) };
  history.replaceState(null, "", `#${id}`);
  unread.delete(id);
  composer.setContext(null);
  redraw();
  showFrame();
  toEnd();
}

async function addPerson() {
  const newcomer = await askNewcomer();
  if (!newcomer?.name) return;
  const added = await tried(() => server.addPerson(newcomer.name, newcomer.language));
  if (!added) return;
  overview = await server.overview();
  await open(added.id);
}

async function load() {
  overview = await server.overview();
  if (!overview.people.length) {
    await server.addPerson(words.you, navigator.language.slice(0, 2));
    overview = await server.overview();
  }
  const wanted = Number(location.hash.slice(1)) || chat.id;
  const known = [...overview.people, ...overview.groups].some(({ id }) => id === wanted);
  person = overview.people[0];
  showControl(overview.clock_control);
  showClock(overview.now);
  await open(known ? wanted : person.id);
}

const heard = {
  hello: () => load(),
  clock: ({ now }) => showClock(now),
  overview: (event) => {
    overview = event.overview;
    person = overview.people.find(({ id }) => id === person?.id) ?? overview.people[0];
    showControl(overview.clock_control);
    showFrame();
  },
  message: (event) => {
    const stick = atEnd() || event.message.from.id === person.id;
    showClock(event.message.date);
    show(event.message);
    chat.keyboard = event.keyboard;
    showFrame();
    const forced = event.message.force_reply;
    if (forced) composer.setContext({ reply: event.message.message_id }, words.replyTo(event.message.text ?? ""));
    if (stick) toMessage(event.message.message_id);
    showEndButton();
  },
  edit: (event) => {
    const stick = atEnd();
    const id = event.message.message_id;
    const before = above(id);
    show(event.message);
    if (stick) toMessage(id);
    else scroll.scrollTop += before - above(id);
    showEndButton();
  },
  deleted: ({ message }) => {
    chat.messages.delete(message.message_id);
    redraw();
  },
  tap: ({ tap }) => {
    chat.taps.set(tap.id, tap);
    const message = chat.messages.get(tap.message_id);
    if (message) show(message);
    if (!tap.answered) return;
    chat.taps.delete(tap.id);
    if (tap.url) followLink({ url: tap.url });
    if (tap.text && tap.person_id === person.id) (tap.show_alert ? alert : toast)(tap.text);
  },
  action: ({ action }) => {
    $("#status").textContent = action === "typing" ? words.typing : words.uploading;
    clearTimeout(statusTimer);
    statusTimer = setTimeout(() => ($("#status").textContent = words.bot), 5000);
  },
  inline: ({ ask }) => (ask.results.length ? composer.showResults(ask.results) : toast(words.nothingFound)),
};

function hear(event) {
  if (late && event.type !== "hello") {
    late.push(event);
    return;
  }
  const elsewhere = event.chat_id && event.chat_id !== chat.id;
  if (event.type === "message" && event.message.from_bot) nudged?.add(event.chat_id);
  if (!elsewhere) heard[event.type]?.(event);
  else if (event.type === "message" && event.message.from_bot) {
    unread.set(event.chat_id, (unread.get(event.chat_id) ?? 0) + 1);
    listPeople();
  }
}

// ---- start

const moves = { next: { to: "next" }, hour: { hours: 1 }, day: { hours: 24 } };

async function move(body) {
  const hint = $("#clock-hint");
  hint.textContent = words.moving;
  nudged = new Set();
  const moved = await tried(() => server.moveClock(body));
  hint.textContent = "";
  if (moved?.now === null) toast(words.nothingPlanned);
  // The news of the messages comes on another line than the answer, and may come after it.
  else if (moved && body.to) setTimeout(sayWhose, 300);
}

function sayWhose() {
  const names = overview.people.filter(({ id }) => nudged.has(id)).map(({ name }) => name);
  if (names.length && !nudged.has(chat.id)) toast(words.nudged(names.slice(0, 3).join(", ")));
  nudged = null;
}

async function pressBig() {
  if (person.blocked) await act("unblocks");
  act("says", { text: "/start" });
}

prepareFrame();
prepareDialogs();
composer.changed();
for (const button of document.querySelectorAll("[data-move]")) button.onclick = () => move(moves[button.dataset.move]);
$("#to-end").onclick = toEnd;
$("#big").onclick = pressBig;
scroll.onscroll = showEndButton;
new ResizeObserver(() => atEnd() && toEnd()).observe($("footer"));
listen(hear, (online) => ($("#offline").hidden = online));
