// The sandbox's addresses under /sandbox/.
async function asked(path, body) {
  const options = body && {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  const response = await fetch(`sandbox/${path}`, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

export const server = {
  overview: () => asked("state"),
  chat: (id) => asked(`chats/${id}`),
  addPerson: (name, language) => asked("people", { name, language_code: language }),
  act: (personId, act, body = {}) => asked(`people/${personId}/${act}`, body),
  moveClock: (body) => asked("clock", body),
  fileUrl: (fileId) => `sandbox/files/${encodeURIComponent(fileId)}`,
};

// Calls `heard` with every change, `online` with whether the server answers; reconnects for ever.
export function listen(heard, online) {
  const source = new EventSource("sandbox/events");
  source.onmessage = ({ data }) => heard(JSON.parse(data));
  source.onopen = () => online(true);
  source.onerror = () => {
    online(false);
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(heard, online), 1000);
  };
}

export const base64 = (file) =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
