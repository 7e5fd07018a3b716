/**
 * How a record stands in the other cities that have it, for its author. Each city moderates what its own people see, so the city
 * that a record comes from asks the others what they decided and why, and passes an appeal on. Nothing of it enters here: it is
 * the other city's word, and that city's log has each step.
 */
import { z } from "zod";
import { codeOf, WarifuError } from "../core/errors.ts";
import { RULE } from "../core/moderation-event.ts";
import { formatRecordId } from "../core/record-id.ts";
import type { Ledger } from "../read/ledger.ts";
import { OUTCOMES, type AuthorsModeration } from "../read/moderation.ts";
import type { AppendedEntry } from "../write/append.ts";
import type { OpenLog } from "../write/open-log.ts";
import type { Correspondence, GivenRecord } from "./correspondence.ts";
import type { Sender } from "./inbox.ts";
import { entryAt } from "./openings.ts";
import type { Partner, Partners } from "./partners.ts";
import { isEnded } from "./standing.ts";
import type { Wire } from "./wire.ts";

export interface ElsewhereParts {
  readonly log: Pick<OpenLog, "store">;
  readonly ledger: Pick<Ledger, "moderation" | "moderating" | "transfers">;
  readonly partners: Partners;
  readonly correspondence: Correspondence;
  readonly wire: Pick<Wire, "moderation" | "appeal">;
  /** The partner whose records are of a source. @throws NOT_FOUND */
  readonly senderOf: (source: string) => Promise<Sender>;
}

/** How a record stands in another city. */
export interface StandingElsewhere {
  readonly city: string;
  /** Whether that city answered. */
  readonly isReached: boolean;
  /** Of a record that is or was out of sight there. */
  readonly moderation?: AuthorsModeration;
}

const MOST_LETTERS = 4_000;
const reason = z.string().max(MOST_LETTERS).exactOptional();
/** What another city says. */
const answer = z.object({
  moderation: z
    .object({
      ...{ visibility: z.enum(["shown", "held", "hidden"]), rule: z.string().regex(RULE), automatic: z.boolean() },
      ...{ reason, appealable: z.boolean(), appealed: z.boolean() },
      outcome: z.object({ decision: z.enum(OUTCOMES), reason }).exactOptional(),
    })
    .exactOptional(),
});

/** Claims that an appeal is taken for: it is the author's own words about theirs. */
const APPEALED = ["text"];

/** Records of one log in other cities, and those of other cities in this one. */
export class Elsewhere {
  readonly #parts: ElsewhereParts;

  constructor(parts: ElsewhereParts) {
    this.#parts = parts;
  }

  /** Asks the cities that have a record. @throws STORE_DAMAGED, STORE_FAILED, VAULT_FAILED */
  async of(record: number): Promise<StandingElsewhere[]> {
    const id = await this.#idAt(record);
    const asked = (await this.#having(record)).map((partner) => this.#ask(partner, id));
    return (await Promise.all(asked)).flatMap((one) => one ?? []);
  }

  /**
   * Passes an author's appeal on to a city.
   * @throws NOT_FOUND that city does not have the record; TRANSFER_REFUSED the law does not let it go; REQUEST_INVALID there is
   *   nothing to appeal against; SERVICE_UNREACHABLE
   */
  async appeal(record: number, city: string, text: string): Promise<void> {
    const { ledger, wire } = this.#parts;
    const partner = (await this.#having(record)).find((one) => nameOf(one) === city);
    if (!partner) throw new WarifuError("NOT_FOUND", "that city does not have the post");
    const id = await this.#idAt(record);
    const recipient = await ledger.transfers.recipients.named(partner.recipient);
    await ledger.transfers.assertMayLeave(id, { recipient, purpose: partner.purpose, claims: APPEALED });
    await wire.appeal(partner, id, text);
  }

  /** How a record of a partner stands here, by its id in the partner's log. @throws NOT_FOUND it is not here */
  async tell(source: string, id: string): Promise<AuthorsModeration | undefined> {
    return this.#parts.ledger.moderation.forAuthor(await this.#taken(source, id));
  }

  /** Takes the appeal of a partner's author. @throws NOT_FOUND; as the desk of moderation */
  async take(source: string, id: string, text: string): Promise<AppendedEntry> {
    return this.#parts.ledger.moderating.appeal({ record: await this.#taken(source, id), text });
  }

  async #taken(source: string, id: string): Promise<number> {
    const { recipient } = await this.#parts.senderOf(source);
    const taken = (await this.#parts.correspondence.with(recipient.name)).takenById.get(id);
    if (!taken) throw new WarifuError("NOT_FOUND", "no such record came from that city");
    return taken.record;
  }

  /** Partners whose log proves that they have it, and that were not told that it has to go. */
  async #having(record: number): Promise<Partner[]> {
    const found: Partner[] = [];
    for (const partner of this.#parts.partners.all) {
      const given = (await this.#parts.correspondence.with(partner.recipient)).given.get(record);
      if (given && isThere(given)) found.push(partner);
    }
    return found;
  }

  /** A city whose program is older says nothing of it. */
  async #ask(partner: Partner, id: string): Promise<StandingElsewhere | undefined> {
    const city = nameOf(partner);
    try {
      const { data } = answer.safeParse(await this.#parts.wire.moderation(partner, id));
      return data ? { city, isReached: true, ...data } : { city, isReached: false };
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      return codeOf(error) === "NOT_FOUND" ? undefined : { city, isReached: false };
    }
  }

  async #idAt(record: number): Promise<string> {
    return formatRecordId((await entryAt(record, this.#parts.log)).id);
  }
}

function isThere(given: GivenRecord): boolean {
  return given.provision.confirmedBy !== undefined && !isEnded(given);
}

/** What readers know it by. */
function nameOf({ city, recipient }: Partner): string {
  return city ?? recipient;
}
