// Whether it is open now, from OpenStreetMap's opening hours; null where they do not say so plainly.
const DAYS = ["Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"];

/** The weekday and minute of a moment in Korea. */
export function inKorea(moment) {
  const there = new Date(moment.getTime() + 9 * 3600_000);
  return { day: there.getUTCDay(), minute: there.getUTCHours() * 60 + there.getUTCMinutes() };
}

function daysOf(text) {
  return text.split(",").flatMap((part) => {
    const [first, last] = part.split("-").map((day) => DAYS.indexOf(day));
    if (last === undefined) return [first];
    return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, step) => (first + step) % 7);
  });
}

function spansOf(text) {
  const minute = (clock) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
  return text.split(",").map((span) => span.split("-").map(minute));
}

export function isOpenAt(hours, moment) {
  if (hours === "24/7") return true;
  const { day, minute } = inKorea(moment);
  let open = false;
  for (const rule of hours.split(";").map((text) => text.trim())) {
    if (rule === "PH off") continue; // holidays are not known here
    const parts = rule.match(/^([A-Z][a-z](?:[-,][A-Z][a-z])*) (off|\d\d:\d\d-\d\d:\d\d(?:,\d\d:\d\d-\d\d:\d\d)*)$/);
    if (!parts) return null;
    if (!daysOf(parts[1]).includes(day)) continue;
    open = parts[2] !== "off" && spansOf(parts[2]).some(([from, to]) => minute >= from && minute < to);
  }
  return open;
}
