// Times by the demo's clock and the clinic's zone. Days count by the calendar, as the clinic counts them.

const formats = new Map();

function format(zone, name, options) {
  const key = `${zone} ${name}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }));
  return formats.get(key);
}

export const clockOf = (at, zone) => format(zone, "clock", { hour: "2-digit", minute: "2-digit" }).format(at);

export const dateOf = (at, zone) =>
  format(zone, "date", { weekday: "short", day: "numeric", month: "long", year: "numeric" }).format(at).replace(",", "");

export const dayOf = (at, zone) =>
  format(zone, "day", { weekday: "short", day: "numeric", month: "long" }).format(at).replace(",", "");

/** The number of the calendar day, for counting days. */
export function dayNumber(at, zone) {
  const parts = format(zone, "number", { year: "numeric", month: "numeric", day: "numeric" }).formatToParts(at);
  const part = (type) => Number(parts.find((each) => each.type === type).value);
  return Math.round(Date.UTC(part("year"), part("month") - 1, part("day")) / 86_400_000);
}

export function sinceSession(at, t0, zone) {
  const hours = Math.floor((at - t0) / 3_600_000);
  if (hours < 0) return "Before the session";
  return `Day ${dayNumber(at, zone) - dayNumber(t0, zone)}, hour ${hours} after the session`;
}

/** When something is due, as short as it can be said. */
export function dueOf(at, now, zone) {
  const days = dayNumber(at, zone) - dayNumber(now, zone);
  const clock = clockOf(at, zone);
  if (days === 0) return `today, ${clock}`;
  if (days === 1) return `tomorrow, ${clock}`;
  return `${dayOf(at, zone)}, ${clock}`;
}
