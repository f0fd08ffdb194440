// Everything below the messages: the text field, command suggestions, attachments, the bot's keyboard.
import { askPlace } from "./dialogs.js";
import { element } from "./formatting.js";
import { base64 } from "./server.js";
import { words } from "./words.js";

const $ = (selector) => document.querySelector(selector);

export class Composer {
  // `act(name, body)` does something as the present person; `menu()` are the bot's commands;
  // `inline(text)` is the query in a text that calls the bot by name, or null.
  constructor(act, menu, inline) {
    this.act = act;
    this.menu = menu;
    this.inline = inline;
    this.text = $("#text");
    this.list = $("#suggestions");
    this.chosen = -1;
    this.keyboardForm = "";
    this.context = null; // { edit: id } or { reply: id }
    this.lastOwn = () => null;
    this.listen();
    this.fillAttachments();
  }

  listen() {
    $("#composer").onsubmit = (event) => {
      event.preventDefault();
      this.submit();
    };
    this.text.oninput = () => this.changed();
    this.text.onkeydown = (event) => this.key(event);
    this.text.onblur = () => setTimeout(() => this.suggest([]), 150);
    $("#commands").onclick = () => {
      this.suggest(this.list.hidden ? this.commands() : []);
      this.text.focus();
    };
    $("#keys").onclick = () => this.toggleKeyboard();
    $("#context button").onclick = () => this.setContext(null);
  }

  changed() {
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(this.text.scrollHeight, 160)}px`;
    $("#send").disabled = !this.text.value.trim();
    const typed = /^\/(\w*)$/.exec(this.text.value);
    this.suggest(typed ? this.commands(typed[1].toLowerCase()) : []);
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const options = this.list.children;
    if (!this.list.hidden && step) {
      event.preventDefault();
      this.choose((this.chosen + step + options.length) % options.length);
    } else if (!this.list.hidden && this.chosen >= 0 && (event.key === "Enter" || event.key === "Tab")) {
      event.preventDefault();
      options[this.chosen].onclick();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape") {
      this.suggest([]);
      this.setContext(null);
    } else if (event.key === "ArrowUp" && !this.text.value) {
      this.editLast();
    }
  }

  submit() {
    const text = this.text.value.trim();
    if (!text) return;
    const { edit, reply } = this.context ?? {};
    const query = this.inline(text);
    if (query !== null) this.act("asks_inline", { query });
    else if (edit) this.act("edits", { message_id: edit, text });
    else this.act("says", reply ? { text, reply_to: reply } : { text });
    this.clear();
  }

  clear() {
    this.text.value = "";
    this.setContext(null);
    this.changed();
  }

  editLast() {
    const last = this.lastOwn();
    if (!last) return;
    this.text.value = last.text;
    this.changed();
    this.setContext({ edit: last.message_id }, words.editing);
  }

  setContext(context, label = "") {
    this.context = context;
    $("#context").hidden = !context;
    $("#context span").textContent = label;
  }

  commands(start = "") {
    const fitting = this.menu().filter(({ command }) => command.startsWith(start));
    return fitting.map(({ command, description }) => ({
      title: `/${command}`,
      about: description,
      choose: () => this.act("says", { text: `/${command}` }),
    }));
  }

  showResults(results) {
    this.suggest(
      results.map((result) => ({
        title: result.title ?? "",
        about: result.description ?? "",
        choose: () => this.act("chooses", { result }),
      })),
    );
  }

  suggest(options) {
    this.chosen = -1;
    this.list.hidden = !options.length;
    this.text.removeAttribute("aria-activedescendant");
    $("#commands").setAttribute("aria-expanded", String(!this.list.hidden));
    this.list.replaceChildren(...options.map((option, index) => this.option(option, index)));
  }

  option({ title, about, choose }, index) {
    const note = element("span", { dir: "auto" }, about);
    const option = element("li", { id: `suggestion-${index}` }, element("b", {}, title), note);
    option.setAttribute("role", "option");
    option.onclick = () => {
      choose();
      this.clear();
      this.text.focus();
    };
    return option;
  }

  choose(index) {
    this.chosen = index;
    [...this.list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    this.list.children[index].scrollIntoView({ block: "nearest" });
    this.text.setAttribute("aria-activedescendant", `suggestion-${index}`);
  }

  fillAttachments() {
    const acts = {
      photo: () => this.pick("image/png,image/jpeg,image/gif", (file) => this.sendFile("sends_photo", file)),
      file: () => this.pick("", (file) => this.sendFile("sends_document", file)),
      place: () => this.sendPlace("shares_location", {}),
      sticker: () => this.act("sends_sticker"),
      voice: () => this.act("sends_voice", { seconds: 3 }),
    };
    for (const [name, act] of Object.entries(acts)) {
      const button = element("button", { type: "button" }, words.attachments[name]);
      button.onclick = () => {
        $("#attach-menu").hidePopover();
        act();
      };
      $("#attach-menu").append(button);
    }
  }

  pick(accept, picked) {
    const input = $("#file");
    input.accept = accept;
    input.value = "";
    input.onchange = () => input.files.length && picked(input.files[0]);
    input.click();
  }

  async sendFile(act, file) {
    this.act(act, { data: await base64(file), name: file.name });
  }

  async sendPlace(act, body) {
    const place = await askPlace();
    if (place) this.act(act, { ...body, ...place });
  }

  showKeyboard(markup) {
    const form = JSON.stringify(markup ?? null);
    if (form === this.keyboardForm) return; // the person may have hidden it
    this.keyboardForm = form;
    const board = $("#keyboard");
    const rows = markup?.keyboard ?? [];
    this.text.placeholder = markup?.input_field_placeholder || words.message;
    board.hidden = !rows.length;
    $("#keys").hidden = !rows.length;
    $("#keys").setAttribute("aria-expanded", String(Boolean(rows.length)));
    board.replaceChildren(
      ...rows.map((row) => element("div", { className: "row" }, ...row.map((key) => this.keyboardKey(key)))),
    );
  }

  keyboardKey(key) {
    const { text, request_location: wantsPlace, style } = typeof key === "string" ? { text: key } : key;
    const press = () => (wantsPlace ? this.sendPlace("presses", { label: text }) : this.act("presses", { label: text }));
    return element("button", { type: "button", className: style ?? "", dir: "auto", onclick: press }, text);
  }

  toggleKeyboard() {
    const board = $("#keyboard");
    board.hidden = !board.hidden;
    $("#keys").setAttribute("aria-expanded", String(!board.hidden));
  }
}
