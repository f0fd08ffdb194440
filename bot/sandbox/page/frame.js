// What stands around the messages: people, clock, theme, and the words on the buttons.
import { clockTime, element, shortDay } from "./formatting.js";
import { words } from "./words.js";

const $ = (selector) => document.querySelector(selector);

// The people and groups to be; `hands` are open(id) and add().
export function showPeople(overview, current, unread, hands) {
  const chats = [
    ...overview.people.map((one) => ({ id: one.id, title: one.name, note: one.language_code })),
    ...overview.groups.map((one) => ({ id: one.id, title: one.title, note: "" })),
  ];
  const entries = chats.map(({ id, title, note }) => {
    const label = element("span", { className: "name", dir: "auto" }, title);
    const entry = element("button", { type: "button" }, element("span", { className: "face" }, [...title][0] ?? "?"), label);
    entry.style.setProperty("--hue", String((Math.abs(id) * 67) % 360));
    if (note) entry.append(element("small", {}, note));
    if (unread.get(id)) {
      const badge = element("span", { className: "badge" }, String(unread.get(id)));
      badge.setAttribute("aria-label", words.unread(unread.get(id)));
      entry.append(badge);
    }
    if (id === current) entry.setAttribute("aria-current", "true");
    entry.onclick = () => hands.open(id);
    return entry;
  });
  const add = element("button", { type: "button", className: "add", title: words.addPerson }, "+");
  add.setAttribute("aria-label", words.addPerson);
  add.onclick = hands.add;
  $("#people").replaceChildren(...entries, add);
}

export function showClock(now) {
  $("#clock-now").dateTime = new Date(now * 1000).toISOString();
  $("#clock-now").textContent = `${shortDay(now)}, ${clockTime(now)}`;
  $("#clock .now").title = words.clockZoneHint(Intl.DateTimeFormat().resolvedOptions().timeZone);
}

export function showControl(can) {
  document.querySelectorAll("[data-move]").forEach((button) => (button.disabled = !can));
  $("#clock-hint").textContent = can ? "" : words.clockHint;
}

function switchTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
}

function label(selector, text) {
  $(selector).setAttribute("aria-label", text);
  $(selector).title = text;
}

export function prepareFrame() {
  const theme = localStorage.getItem("theme");
  if (theme) document.documentElement.dataset.theme = theme;
  $("#tools-title").textContent = words.tools;
  $("#offline").textContent = words.offline;
  $("#commands").textContent = words.menu;
  $("#clock-zone").textContent = words.clockZone;
  const labels = { theme: words.theme, more: words.more, keys: words.keys, attach: words.attach, send: words.send };
  for (const [id, text] of Object.entries(labels)) label(`#${id}`, text);
  label("#to-end", words.toEnd);
  $("#text").setAttribute("aria-label", words.message);
  $("#suggestions").setAttribute("aria-label", words.commands);
  $("#keyboard").setAttribute("aria-label", words.keyboard);
  $("#log").setAttribute("aria-label", words.log);
  $("#scroll").setAttribute("aria-label", words.log);
  $("#context button").textContent = words.cancel;
  for (const button of document.querySelectorAll("[data-move]")) button.textContent = words.clock[button.dataset.move];
  $("#theme").onclick = switchTheme;
}
