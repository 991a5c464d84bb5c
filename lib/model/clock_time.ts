/**
 * A moment by the clock on the wall: "12:03:11", on another day than today "2026-11-20 12:03:11".
 *
 * @param timestamp canonical
 */
export function clockTime(timestamp: string, nowMs: number): string {
  const moment = new Date(timestamp);
  const time = [moment.getHours(), moment.getMinutes(), moment.getSeconds()].map(digits).join(":");
  const day = dayOf(moment);
  return day === dayOf(new Date(nowMs)) ? time : `${day} ${time}`;
}

function dayOf(moment: Date): string {
  return [moment.getFullYear(), moment.getMonth() + 1, moment.getDate()].map(digits).join("-");
}

function digits(number: number): string {
  return String(number).padStart(2, "0");
}
