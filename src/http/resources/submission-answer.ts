/**
 * The answer to submitted records, one result for each, in order. It is assembled as text because that happens for every
 * single record; the checkpoint that a batch shares is converted to JSON only once, whoever sent the records.
 */
import { isPassing, type WarifuError } from "../../core/errors.ts";
import type { Acknowledgement, Outcome } from "../../write/outcome.ts";
import { problemOf } from "../handling/problem.ts";
import type { OutcomeCounts } from "../handling/metrics.ts";

/** Collects results. `separator` goes between them. */
export class SubmissionAnswer {
  readonly counts: OutcomeCounts = { new: 0, repeated: 0, refused: 0 };
  readonly #separator: string;
  readonly #parts: Buffer[] = [];
  #unavailable: WarifuError | undefined;

  constructor(separator: "\n" | ",") {
    this.#separator = separator;
  }

  /** Adds the results of some records. */
  add(outcomes: readonly Outcome[]): void {
    const pieces: string[] = [];
    for (const outcome of outcomes) {
      if (pieces.length > 0 || this.#parts.length > 0) pieces.push(this.#separator);
      pieces.push(...this.#piecesOf(outcome));
    }
    if (pieces.length > 0) this.#parts.push(asciiBytes(pieces));
  }

  get isEmpty(): boolean {
    return this.#parts.length === 0;
  }

  /** Whether any record is acknowledged. */
  get hasTaken(): boolean {
    return this.counts.new + this.counts.repeated > 0;
  }

  /** 201: all are acknowledged; 200: all are acknowledged and none is new; 207: see the results. */
  get status(): number {
    if (this.counts.refused > 0) return 207;
    return this.counts.new > 0 ? 201 : 200;
  }

  /** The error when no record was acknowledged and at least one may be if it is sent again: then all should be. */
  get unavailable(): WarifuError | undefined {
    return this.hasTaken ? undefined : this.#unavailable;
  }

  /** The results, one after another. */
  get parts(): readonly Buffer[] {
    return this.#parts;
  }

  /** Counts a result that is not added, and returns it as text in ASCII. */
  textOf(outcome: Outcome): string {
    return this.#piecesOf(outcome).join("");
  }

  #piecesOf(outcome: Outcome): readonly string[] {
    if (outcome.ok) {
      this.counts[outcome.isNew ? "new" : "repeated"]++;
      return acknowledgementPieces(outcome.acknowledgement);
    }
    this.counts.refused++;
    if (isPassing(outcome.error)) this.#unavailable = outcome.error;
    return [asciiJson({ error: problemOf(outcome.error) })];
  }
}

/** Written piece by piece: joined first, what a batch shares would be copied once more for each record. */
function asciiBytes(pieces: readonly string[]): Buffer {
  const bytes = Buffer.allocUnsafe(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) at += bytes.write(piece, at, "latin1");
  return bytes;
}

/** Precondition: id and leaf hash contain nothing that needs escaping. */
function acknowledgementPieces({ id, leafIndex, leafHash, checkpoint }: Acknowledgement): readonly string[] {
  return [`{"id":"${id}","leafIndex":${leafIndex},"leafHash":"${leafHash}","checkpoint":`, endWith(checkpoint)];
}

let lastNote = { note: "", end: '""}' };

/** What an acknowledgement ends with. */
function endWith(note: string): string {
  if (note !== lastNote.note) lastNote = { note, end: `${asciiJson(note)}}` };
  return lastNote.end;
}

/**
 * JSON text in ASCII only. Otherwise the one dash in a signed note would make the whole text of a batch cost twice as much.
 */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
