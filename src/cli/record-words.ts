/** A record in words: its line in a list, and what its state means. */
import type { RecordView } from "../read/records.ts";
import { inSeconds } from "./output.ts";

/** What each state means for somebody who is waiting. */
export const STATE_WORDS: Readonly<Record<RecordView["state"], string>> = {
  pending: "in the log, and waits for the next anchor",
  submitted: "its anchor was sent to the chain, and is in no block yet",
  included: "its anchor is in a block that is not final yet",
  finalized: "anchored, in a final block",
  orphaned: "its anchor was given up; the next one will hold it",
};

/** The type of a record, or the kind of an event. */
export function typeOf({ kind, vct }: Pick<RecordView, "kind" | "vct">): string {
  return kind === "record" ? (vct?.split(":")[1] ?? "withheld") : `(${kind})`;
}

/** A line for people: time, leaf, type, source, number, state. */
export function recordLine(record: RecordView): string {
  const { receivedAt, leafIndex, source, seq, state } = record;
  const time = receivedAt === undefined ? "-".padEnd(20) : inSeconds(receivedAt * 1000);
  return `${time}  leaf ${leafIndex}  ${typeOf(record)}  ${source}  seq ${seq}  ${state}`;
}

/** What became of a record, if anything did. */
export function erasureLines({ erased, withheld }: Pick<RecordView, "erased" | "withheld">): string[] {
  const when = (at: number, event: number): string => `${inSeconds(at * 1000)}, leaf ${event}`;
  return [
    ...(erased ? [`erased     ${when(erased.at, erased.event)}: on ${erased.basis}; what it concealed is gone`] : []),
    ...(withheld
      ? [
          `withheld   ${when(withheld.at, withheld.event)}: ${withheld.reason}` +
            `${withheld.basis === undefined ? "" : `, on ${withheld.basis}`}; what it said is gone, its leaf stays`,
        ]
      : []),
  ];
}
