/** How much memory a process has, as Linux tells (proc(5)); 0 elsewhere. */

/** The memory it has in use, in kibibytes. */
export function memoryKb(pid: number | "self"): number {
  return readStatus(pid, "VmRSS");
}

/** The most it has had in use so far, in kibibytes. */
export function peakMemoryKb(pid: number | "self"): number {
  return readStatus(pid, "VmHWM");
}

function readStatus(pid: number | "self", name: string): number {
  if (Deno.build.os !== "linux") return 0;
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? 0);
}
