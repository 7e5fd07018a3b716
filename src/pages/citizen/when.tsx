/** When something was, to the minute: there is little room in a list. */
import { shortTimeOf, timeForMachines } from "../texts/formats.ts";
import { secondsOf } from "./answers.ts";

export function When({ at }: { readonly at: number | string }) {
  const seconds = secondsOf(at);
  const machine = timeForMachines(seconds);
  return (
    <time class="time" dateTime={machine} title={machine}>
      {shortTimeOf(seconds)}
    </time>
  );
}
