// Text and entities to DOM nodes. Entity offsets are UTF-16 code units, as are JavaScript's.
export function element(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

const tags = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", blockquote: "blockquote" };

const blocks = new Set(["PRE", "BLOCKQUOTE"]);

// `tapped` handles a link: { url } or { command }.
export function formatted(text, entities, tapped) {
  const root = document.createDocumentFragment();
  const open = [{ node: root, end: Infinity }];
  let position = 0;
  const fill = (to) => {
    if (to > position) open.at(-1).node.append(text.slice(position, to));
    position = Math.max(position, to);
  };
  const moveTo = (to) => {
    while (open.at(-1).end <= to) {
      fill(open.at(-1).end);
      const closed = open.pop();
      if (blocks.has(closed.node.tagName) && text[position] === "\n") position += 1; // the block ended the line
    }
    fill(to);
  };
  for (const entity of entities ?? []) {
    moveTo(entity.offset);
    const end = Math.min(entity.offset + entity.length, open.at(-1).end);
    const node = styled(entity, text.slice(entity.offset, end), tapped);
    open.at(-1).node.append(node);
    if (entity.type === "date_time") position = Math.max(position, end);
    else open.push({ node, end });
  }
  moveTo(text.length);
  return root;
}

function styled(entity, text, tapped) {
  const tag = tags[entity.type];
  if (tag) return element(tag);
  switch (entity.type) {
    case "pre":
      return element("pre", { title: entity.language ?? "" });
    case "expandable_blockquote":
      return expandable();
    case "spoiler":
      return spoiler();
    case "text_link":
      return link(entity.url, tapped);
    case "url":
      return link(/^\w+:/.test(text) ? text : `http://${text}`, tapped);
    case "email":
      return element("a", { href: `mailto:${text}` });
    case "bot_command":
      return command(text, tapped);
    case "date_time":
      return moment(entity, text);
    default:
      return element("span", { className: entity.type });
  }
}

function link(url, tapped) {
  const safe = /^(https?|mailto|tel|tg):/i.test(url) ? url : "#";
  const node = element("a", { href: safe, target: "_blank", rel: "noopener noreferrer" });
  node.onclick = (event) => tapped({ url }, event);
  return node;
}

function command(text, tapped) {
  const node = element("a", { href: "#", className: "command" });
  node.onclick = (event) => {
    event.preventDefault();
    tapped({ command: text }, event);
  };
  return node;
}

function pressable(node, act) {
  node.tabIndex = 0;
  node.setAttribute("role", "button");
  node.setAttribute("aria-expanded", "false");
  node.onclick = () => {
    act();
    node.setAttribute("aria-expanded", String(node.classList.contains("open")));
  };
  node.onkeydown = (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      node.onclick();
    }
  };
  return node;
}

function spoiler() {
  const node = element("span", { className: "spoiler" });
  return pressable(node, () => node.classList.add("open"));
}

function expandable() {
  const node = element("blockquote", { className: "expandable" });
  return pressable(node, () => node.classList.toggle("open"));
}

const clockParts = {
  w: { weekday: "long" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
};

// A moment in the reader's own zone: the entity's format letters choose what is shown.
function moment({ unix_time: unix, date_time_format: format }, text) {
  const date = new Date(unix * 1000);
  const parts = [...(format ?? "")].filter((letter) => clockParts[letter]);
  const shown = parts.map((letter) => date.toLocaleString([], clockParts[letter])).join(", ");
  return element("time", { dateTime: date.toISOString(), title: date.toLocaleString() }, shown || text);
}

export const clockTime = (unix) =>
  new Date(unix * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export const day = (unix) =>
  new Date(unix * 1000).toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" });

export const shortDay = (unix) =>
  new Date(unix * 1000).toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "short" });
