/** A record in words: its line in a list, and what its state means. */
import type { RecordView } from "../read/records.ts";
import { inSeconds } from "./output.ts";
import { recordsTexts, type RecordsTexts } from "./texts/records/en.ts";
import { padded } from "./width.ts";

/** The type of a record, or the kind of an event. */
export function typeOf({ kind, vct }: Pick<RecordView, "kind" | "vct">): string {
  const { typeWithheld, kinds } = recordsTexts();
  return kind === "record" ? (vct?.split(":")[1] ?? typeWithheld) : `(${kinds(kind)})`;
}

/** A line for people: time, leaf, type, source, number, state. */
export function recordLine(record: RecordView): string {
  const { receivedAt, leafIndex, source, seq, state } = record;
  const { line, stateNames } = recordsTexts();
  const time = receivedAt === undefined ? padded("-", inSeconds(0).length) : inSeconds(receivedAt * 1000);
  return line({ time, leaf: leafIndex, type: typeOf(record), source, seq, state: stateNames[state] });
}

/** What became of a record, if anything did: labels and what is said. */
export function erasureLines({ erased, withheld }: Pick<RecordView, "erased" | "withheld">): [Label, string][] {
  const { eventAt, erasedOn, withheldOn } = recordsTexts();
  const when = (at: number, event: number): string => eventAt(inSeconds(at * 1000), event);
  return [
    ...(erased ? [["erased", erasedOn(when(erased.at, erased.event), erased.basis)] as [Label, string]] : []),
    ...(withheld
      ? [
          ["withheld", withheldOn(when(withheld.at, withheld.event), withheld.reason, withheld.basis)] as [
            Label,
            string,
          ],
        ]
      : []),
  ];
}

type Label = keyof RecordsTexts["labels"];
