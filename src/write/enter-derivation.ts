/**
 * Enters what was derived from a picture of a record: as an event of the log, with the result in the vault. What it
 * replaces is erased, because people may have asked for a new one that hides more.
 */
import { toHex } from "../core/bytes.ts";
import { BOXES_CLAIM, IN_CLAIM, OUT_CLAIM, type Derivation } from "../core/derivation-event.ts";
import { WarifuError } from "../core/errors.ts";
import type { Box } from "../core/picture.ts";
import { sha256 } from "../core/sha256.ts";
import { derivationEvent } from "../events/derivation.ts";
import type { EventRegister } from "../events/register.ts";
import type { AppendedEntry } from "./append.ts";
import type { StoredCheck } from "./stored-check.ts";
import type { Writer } from "./writer.ts";

/** The result of deriving something from a picture. */
export interface NewDerivation {
  readonly derivation: Derivation;
  /** SHA-256 of the original, hexadecimal. */
  readonly of: string;
  /** Everything that is hidden in the result, as far as the service knows. */
  readonly boxes: readonly Box[];
  /**
   * Leaf index of the copy that it replaces; `undefined` for the first. If that is no longer the newest copy, this one
   * is refused: what a copy in between hid must not show again.
   */
  readonly replaces: number | undefined;
  readonly outcome: {
    readonly bytes: Uint8Array;
    readonly type: string;
    readonly width: number;
    readonly height: number;
  };
}

export interface DeriveParts {
  readonly writer: Pick<Writer, "enterIf" | "erase">;
  readonly check: Pick<StoredCheck, "isErased">;
  readonly events: Pick<EventRegister, "derivations">;
}

/** Boxes are kept to a thousandth of the picture. */
const ROUNDED = 1_000;

/**
 * Enters it.
 * @throws NOT_FOUND the record was erased meanwhile; BUSY another copy was published meanwhile; STOPPED
 */
export async function enterDerivation(
  { derivation, of, boxes, outcome, replaces }: NewDerivation,
  { writer, check, events }: DeriveParts,
): Promise<AppendedEntry> {
  const { bytes, type, width, height } = outcome;
  const concealed = {
    [BOXES_CLAIM]: boxes.map(rounded),
    [IN_CLAIM]: of,
    [OUT_CLAIM]: { bytes: bytes.length, height, sha256: toHex(sha256(bytes)), type, width },
  };
  const { record, picture } = derivation;
  const entered = await writer.enterIf(async () => {
    if (await check.isErased(record)) throw new WarifuError("NOT_FOUND", "the record's pictures were erased");
    if (events.derivations.newestOf(record, picture)?.leafIndex !== replaces)
      throw new WarifuError("BUSY", "the picture was published meanwhile");
    return derivationEvent(derivation, concealed, { mediaType: type, bytes });
  });
  if (replaces !== undefined) await writer.erase(replaces);
  return entered;
}

/** Rounds a box outwards, so that it hides everything that it hid before. */
function rounded([left, top, width, height]: Box): number[] {
  const [x, across] = roundedSpan(left, width);
  const [y, down] = roundedSpan(top, height);
  return [x, y, across, down];
}

function roundedSpan(from: number, length: number): readonly [from: number, length: number] {
  const first = Math.floor(from * ROUNDED);
  // 0.1 + 0.2 is slightly more than 0.3; that is no reason to add a thousandth.
  const end = Math.min(ROUNDED, Math.ceil(Number(((from + length) * ROUNDED).toFixed(6))));
  return [first / ROUNDED, (end - first) / ROUNDED];
}
