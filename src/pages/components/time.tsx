/** A time: in the reader's zone to read, in UTC to compare with reports. */
import { timeForMachines, timeInWords } from "../texts/formats.ts";

/** @param at POSIX seconds */
export function Time({ at }: { readonly at: number }) {
  const machine = timeForMachines(at);
  return (
    <time class="time" dateTime={machine} title={machine}>
      {timeInWords(at)}
    </time>
  );
}
