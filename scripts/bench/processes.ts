/** What other processes have used of the processor. */
import { readFileSync } from "node:fs";

/** Of the kernel's clock, in which it counts the time of processes. */
const TICKS_PER_SECOND = 100;

/** What a process and its children have used so far, in seconds; `undefined` where the system does not say. */
export function cpuSecondsBelow(pid: number): number | undefined {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
    return [String(pid), ...children].filter(Boolean).reduce((sum, one) => sum + cpuSecondsOf(one), 0);
  } catch {
    return undefined;
  }
}

/** Of itself and of its children that have ended: proc(5). */
function cpuSecondsOf(pid: string): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0) / TICKS_PER_SECOND;
}
