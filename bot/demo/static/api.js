// Talking to the demo and to the phones: JSON in, JSON out, and errors that can be shown.

export class Refusal extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

export async function get(path) {
  return read(await reach(path, {}));
}

export async function post(path, body = {}) {
  return read(await reach(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }));
}

/** Call `onChange(number)` at once and whenever something happens; `onConnection(isUp)` says whether it hears anything. */
export function listen(onChange, onConnection) {
  const events = new EventSource("/phones/events");
  events.onmessage = (event) => onChange(JSON.parse(event.data).change);
  events.onopen = () => onConnection(true);
  events.onerror = () => onConnection(false);
  // Without this a browser that goes back to the page has a dead connection.
  addEventListener("pagehide", () => events.close());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}

async function reach(path, options) {
  try {
    return await fetch(path, options);
  } catch {
    throw new Refusal("The demo does not answer. Is it still running in the terminal?", 0);
  }
}

async function read(response) {
  let body;
  try {
    body = await response.json();
  } catch {
    throw new Refusal("The demo could not do that. Its terminal says why.", response.status);
  }
  if (!response.ok) throw new Refusal(body.error ?? "The demo could not do that.", response.status);
  return body;
}
