/** How submitted records fared, and who is told. */
import { WarifuError } from "../core/errors.ts";

/** What a submitter gets: the record is durable, in the tree, and under this checkpoint. */
export interface Acknowledgement {
  /** UUIDv7. */
  readonly id: string;
  readonly leafIndex: number;
  /** Hexadecimal. */
  readonly leafHash: string;
  /** The first signed checkpoint over the record. */
  readonly checkpoint: string;
}

/**
 * How one submitted record fared. `isNew` is false when it repeated an earlier one; `isForeign` is true when it has the key
 * or seq of a record that came with another API key.
 */
export type Outcome =
  | { readonly ok: true; readonly isNew: boolean; readonly acknowledgement: Acknowledgement }
  | { readonly ok: false; readonly error: WarifuError; readonly isForeign?: true };

/** The records of one call of `submit`: one promise for all of them. */
export interface Submission {
  readonly outcomes: Outcome[];
  unsettled: number;
  readonly resolve: (outcomes: Outcome[]) => void;
}

/** A record's place in its submission. */
export interface Place {
  readonly submission: Submission;
  readonly place: number;
}

/** The writer has stopped: nobody can say what became of them. */
export function refuse(places: readonly Place[], cause: unknown): void {
  const error = new WarifuError(
    "STOPPED",
    "the service had to stop; whether this record was kept is not certain: send it again with the same key",
    { cause },
  );
  for (const { submission, place } of places) settle(submission, place, { ok: false, error });
}

/** Tells how a record fared, once all of its submission have. */
export function settle(submission: Submission, place: number, outcome: Outcome): void {
  submission.outcomes[place] = outcome;
  if (--submission.unsettled === 0) submission.resolve(submission.outcomes);
}
