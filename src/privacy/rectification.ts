/**
 * A wrong record is not changed: a correct one is submitted, and an event says that it takes the place of the other. Both
 * can be proved; whoever was shown or given the wrong one must be told.
 */
import { WarifuError } from "../core/errors.ts";
import { rectifiedRecordsIn } from "../core/rectification-event.ts";
import { rectificationEvent, type EnteredRectification } from "../events/rectification.ts";
import type { EventRegister } from "../events/register.ts";
import type { StoredEntry } from "../store/log-store.ts";
import type { AppendedEntry } from "../write/append.ts";
import type { Writer } from "../write/writer.ts";
import { CatchUp, claimsAt, type ConcealedParts } from "./concealed.ts";
import { assertProvision, type Law } from "./law.ts";

export interface RectifyingParts extends ConcealedParts {
  readonly events: Pick<EventRegister, "rectifications" | "aboutRecords">;
  readonly writer: Pick<Writer, "enterIf">;
}

/** A record and the one that takes its place; leaf indexes. */
export interface NewRectification {
  readonly wrong: number;
  readonly right: number;
  /** Id of a provision of law. */
  readonly basis: string;
  readonly request?: number | undefined;
}

/** The rectifications of one log. */
export class Rectifying {
  readonly #parts: RectifyingParts;
  readonly #law: Law;
  readonly #byWrong = new Map<number, number>();
  readonly #byRight = new Map<number, number>();
  readonly #reading: CatchUp<EnteredRectification>;

  constructor(parts: RectifyingParts, law: Law) {
    this.#parts = parts;
    this.#law = law;
    this.#reading = new CatchUp(
      () => parts.events.rectifications.all,
      ({ leafIndex }) => this.#read(leafIndex),
    );
  }

  /**
   * Leaf index of the record that takes this one's place; `undefined` if there is none.
   * @throws STORE_DAMAGED, VAULT_FAILED
   */
  async supersededBy(leafIndex: number): Promise<number | undefined> {
    await this.#reading.now();
    return this.#byWrong.get(leafIndex);
  }

  /**
   * Leaf index of the record whose place this one takes; `undefined` if there is none.
   * @throws as {@link Rectifying.supersededBy}
   */
  async supersedes(leafIndex: number): Promise<number | undefined> {
    await this.#reading.now();
    return this.#byRight.get(leafIndex);
  }

  /**
   * Enters a rectification.
   * @returns its entry, and the leaf indexes of the events by which the wrong record was shown or given to others, who must
   *   be told
   * @throws REQUEST_INVALID no such provision, the records are of different types or in the wrong order, or one of them was
   *   rectified, or is a rectification, already; NOT_FOUND one of them does not exist; STOPPED
   */
  async rectify({ wrong, right, basis, request }: NewRectification): Promise<{
    readonly entry: AppendedEntry;
    readonly toTell: readonly number[];
  }> {
    assertProvision(this.#law, basis);
    await this.#assertFit(wrong, right);
    const { jurisdiction } = this.#law;
    const entry = await this.#parts.writer.enterIf(async () => {
      const isTaken = (await this.supersededBy(wrong)) !== undefined || (await this.supersedes(right)) !== undefined;
      if (isTaken)
        throw new WarifuError("REQUEST_INVALID", "one of the records was rectified already, or is a rectification");
      return rectificationEvent({ basis, jurisdiction, ...(request !== undefined && { request }) }, { wrong, right });
    });
    return { entry, toTell: await this.#recipientsOf(wrong) };
  }

  /** The newer record must be of the same type as the one whose place it takes. */
  async #assertFit(wrong: number, right: number): Promise<void> {
    if (right <= wrong) throw new WarifuError("REQUEST_INVALID", "the record that is right enters after the wrong one");
    const [old, next] = [await this.#record(wrong), await this.#record(right)];
    const typeOf = async (entry: StoredEntry): Promise<string | undefined> =>
      (await this.#parts.check.bodyOf(entry))?.vct.split(":")[1];
    if ((await typeOf(old)) !== (await typeOf(next)))
      throw new WarifuError("REQUEST_INVALID", "both records are of the same type");
  }

  async #record(leafIndex: number): Promise<StoredEntry> {
    const [entry] = await this.#parts.store.entries(leafIndex, leafIndex + 1);
    if (entry?.kind === "record") return entry;
    throw new WarifuError("NOT_FOUND", "one of the records is not in the log");
  }

  async #recipientsOf(record: number): Promise<readonly number[]> {
    const found: number[] = [];
    for (const leafIndex of this.#parts.events.aboutRecords.of(record)) {
      const [entry] = await this.#parts.store.entries(leafIndex, leafIndex + 1);
      if (entry?.kind === "disclosure" || entry?.kind === "provision") found.push(leafIndex);
    }
    return found;
  }

  async #read(leafIndex: number): Promise<void> {
    const claims = await claimsAt(leafIndex, this.#parts);
    const about = claims && rectifiedRecordsIn(claims);
    if (!about) return;
    this.#byWrong.set(about.wrong, about.right);
    this.#byRight.set(about.right, about.wrong);
  }
}
