// One message to one list item.
import { clockTime, day, element, formatted } from "./formatting.js";
import { server } from "./server.js";
import { words } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

// `hands` are what a bubble can set off: tapped(link, event), pressed(button, message),
// isSpinning(messageId, data), me().
export function bubble(message, newDay, hands) {
  const mine = message.from.id === hands.me();
  const item = element("li", { className: `message ${mine ? "out" : "in"}` });
  item.dataset.id = message.message_id;
  if (newDay) {
    item.classList.add("new-day");
    item.append(element("h3", { className: "day" }, element("span", {}, day(message.date))));
  }
  const body = element("div", { className: "bubble" });
  const parts = content(message, hands);
  body.classList.toggle("picture", Boolean(message.photo));
  body.classList.toggle("bare", Boolean(message.sticker));
  body.append(...parts, stamp(message, parts.at(-1)));
  item.append(body);
  if (message.reply_markup) item.append(inlineKeyboard(message, hands));
  return item;
}

function content(message, hands) {
  const nodes = [];
  if (message.chat.type !== "private" && message.from.id !== hands.me()) {
    nodes.push(element("div", { className: "author", dir: "auto" }, message.from.first_name));
  }
  if (message.reply_to_message) nodes.push(quoted(message.reply_to_message));
  if (message.photo) nodes.push(picture(message));
  if (message.document) nodes.push(fileLink(message.document));
  if (message.location) nodes.push(place(message.location));
  if (message.sticker) nodes.push(element("div", { className: "sticker" }, message.sticker.emoji));
  if (message.voice) nodes.push(card("voice", words.voice(message.voice.duration)));
  if (message.contact) nodes.push(card("file", `${words.contact}: ${message.contact.phone_number}`));
  const text = message.text ?? message.caption;
  if (text) {
    const shown = formatted(text, message.entities ?? message.caption_entities, hands.tapped);
    nodes.push(element("div", { className: "text", dir: "auto" }, shown));
  }
  return nodes.length ? nodes : [element("div", { className: "text" }, words.unknown)];
}

// The time goes into the last text, so that it takes that text's direction and room.
function stamp(message, last) {
  const edited = message.edit_date ? `${words.edited} ` : "";
  const time = element("time", { className: "stamp", dateTime: new Date(message.date * 1000).toISOString() });
  time.append(edited + clockTime(message.date));
  if (!last.classList.contains("text")) return time;
  last.append(element("span", { className: edited ? "room edited" : "room" }));
  last.append(time);
  return "";
}

function quoted(original) {
  const text = original.text ?? original.caption ?? words.picture;
  return element("div", { className: "quoted", dir: "auto" }, text);
}

function picture(message) {
  const { file_id: id, width, height } = message.photo.at(-1);
  const url = server.fileUrl(id);
  const image = element("img", { src: url, width, height, alt: message.caption ?? words.picture });
  return element("a", { href: url, target: "_blank", className: "photo" }, image);
}

function fileLink(file) {
  const size = file.file_size < 1024 ? `${file.file_size} B` : `${Math.round(file.file_size / 1024)} kB`;
  const label = element("span", {}, element("strong", { dir: "auto" }, file.file_name), element("small", {}, size));
  return element("a", { href: server.fileUrl(file.file_id), download: file.file_name, className: "card" }, icon("file"), label);
}

function place({ latitude, longitude }) {
  return card("pin", `${latitude.toFixed(3)}, ${longitude.toFixed(3)}`);
}

function card(symbol, text) {
  return element("div", { className: "card" }, icon(symbol), element("span", {}, text));
}

const symbols = { url: "link", copy_text: "copy", switch_inline_query: "inline", switch_inline_query_current_chat: "inline" };

function inlineKeyboard(message, hands) {
  const rows = message.reply_markup.inline_keyboard.map((row) =>
    element("div", { className: "row" }, ...row.map((button) => inlineButton(button, message, hands))),
  );
  return element("div", { className: "buttons" }, ...rows);
}

function inlineButton(button, message, hands) {
  const node = element("button", { type: "button" }, element("span", { dir: "auto" }, button.text));
  if (button.style) node.classList.add(button.style);
  const symbol = Object.keys(symbols).find((action) => action in button);
  if (symbol) node.append(icon(symbols[symbol]));
  if (button.callback_data && hands.isSpinning(message.message_id, button.callback_data)) {
    node.classList.add("spinning");
    node.setAttribute("aria-busy", "true");
  }
  node.onclick = () => hands.pressed(button, message);
  return node;
}
