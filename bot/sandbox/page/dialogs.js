// Toast, alert, and the two small forms.
import { element } from "./formatting.js";
import { cities, languages, words } from "./words.js";

const $ = (selector) => document.querySelector(selector);
let toastTimer;

export function toast(text) {
  const node = $("#toast");
  node.textContent = text;
  node.dir = "auto";
  node.showPopover();
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => node.hidePopover(), 3500);
}

export function alert(text) {
  $("#alert p").textContent = text;
  $("#alert").showModal();
}

// Shows a dialog; resolves to its form when accepted, to null when dismissed.
function asked(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    const closed = () => resolve(dialog.returnValue === "ok" ? dialog.querySelector("form") : null);
    dialog.addEventListener("close", closed, { once: true });
  });
}

export async function askPlace() {
  const form = await asked($("#place"));
  return form && { latitude: Number(form.latitude.value), longitude: Number(form.longitude.value) };
}

export async function askNewcomer() {
  const dialog = $("#newcomer");
  dialog.querySelector("input").value = "";
  const form = await asked(dialog);
  return form && { name: form.elements.name.value.trim(), language: form.language.value };
}

export function prepareDialogs() {
  $("#alert button").textContent = words.close;
  $("#place-title").textContent = words.place;
  $("#newcomer-title").textContent = words.newPerson;
  $("#newcomer .note").textContent = words.textsInEnglish;
  const labels = [words.latitude, words.longitude, words.name, words.language];
  document.querySelectorAll("dialog label span").forEach((span, index) => (span.textContent = labels[index]));
  const ends = [words.cancel, words.sharePlace, words.cancel, words.add];
  document.querySelectorAll("dialog .ends button").forEach((button, index) => (button.textContent = ends[index]));
  const [latitude, longitude] = document.querySelectorAll("#place input");
  for (const [name, north, east] of cities) {
    const choose = () => ([latitude.value, longitude.value] = [north, east]);
    $("#place .cities").append(element("button", { type: "button", onclick: choose }, name));
  }
  const names = new Intl.DisplayNames(["en"], { type: "language" });
  for (const code of languages) $("#newcomer select").append(new Option(names.of(code), code));
}
