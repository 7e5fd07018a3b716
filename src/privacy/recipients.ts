/**
 * The register of the controllers that the city exchanges records with. An officer keeps it; who they are is in the vault.
 */
import { isCountry } from "../core/countries.ts";
import { WarifuError } from "../core/errors.ts";
import { recipientIn, type Recipient } from "../core/recipient.ts";
import { recipientEvent, recipientRemoval } from "../events/provision.ts";
import type { EventRegister } from "../events/register.ts";
import type { Writer } from "../write/writer.ts";
import { claimsAt, type ConcealedParts } from "./concealed.ts";
import type { Jurisdictions } from "./transfer-bases.ts";

export interface RecipientParts extends ConcealedParts {
  readonly events: Pick<EventRegister, "provisions">;
  readonly writer: Pick<Writer, "enterIf">;
}

/** A recipient and its number. */
export interface NumberedRecipient extends Recipient {
  readonly number: number;
}

/** Most recipients that are kept. */
const MOST_RECIPIENTS = 1_000;

/** The register of one log. */
export class Recipients {
  readonly #parts: RecipientParts;
  readonly #jurisdictions: Jurisdictions;
  // By leaf index of the event, which does not change.
  readonly #read = new Map<number, Recipient>();

  constructor(parts: RecipientParts, jurisdictions: Jurisdictions) {
    this.#parts = parts;
    this.#jurisdictions = jurisdictions;
  }

  /** All that are kept, by number. @throws STORE_DAMAGED, VAULT_FAILED */
  async list(): Promise<NumberedRecipient[]> {
    const found: NumberedRecipient[] = [];
    for (const [number, leafIndex] of this.#parts.events.provisions.recipients)
      found.push({ number, ...(await this.#at(leafIndex)) });
    return found.sort((a, b) => a.number - b.number);
  }

  /** The one of that name. @throws NOT_FOUND; STORE_DAMAGED, VAULT_FAILED */
  async named(name: string): Promise<NumberedRecipient> {
    const found = await this.find(name);
    if (found) return found;
    throw new WarifuError("NOT_FOUND", "the register has no recipient of that name: add it first");
  }

  /** The one of that name, in whatever spelling, if there is one. @throws STORE_DAMAGED, VAULT_FAILED */
  async find(name: string): Promise<NumberedRecipient | undefined> {
    const folded = foldedName(name);
    const found = (await this.list()).filter((one) => foldedName(one.name) === folded);
    return found.find((one) => one.name === name) ?? found[0];
  }

  /**
   * Adds a recipient, or puts what is known of it now in place of what was; names are unique.
   * @returns its number
   * @throws REQUEST_INVALID there is no such country or jurisdiction, the register is full, or has that name in another
   *   spelling; STOPPED, STORE_DAMAGED, VAULT_FAILED
   */
  async keep(recipient: Recipient, by: string): Promise<number> {
    this.#assertPlace(recipient);
    let number = 0;
    await this.#parts.writer.enterIf(async () => {
      const { nextNumber, recipients } = this.#parts.events.provisions;
      const known = await this.find(recipient.name);
      if (known && known.name !== recipient.name)
        throw new WarifuError(
          "REQUEST_INVALID",
          `name: recipient ${known.number} has it in another spelling: use that one, or remove the recipient first`,
        );
      number = known?.number ?? nextNumber;
      if (!recipients.has(number) && recipients.size >= MOST_RECIPIENTS)
        throw new WarifuError("REQUEST_INVALID", `the register has ${MOST_RECIPIENTS} recipients, and takes no more`);
      return recipientEvent(number, recipient, by);
    });
    return number;
  }

  /** Takes a recipient out. @throws NOT_FOUND; STOPPED, STORE_DAMAGED, VAULT_FAILED */
  async remove(number: number, by: string): Promise<void> {
    await this.#parts.writer.enterIf(() => {
      if (!this.#parts.events.provisions.recipients.has(number))
        throw new WarifuError("NOT_FOUND", "the register has no recipient of that number");
      return recipientRemoval(number, by);
    });
  }

  /** One with a slip in it would be under no law that a basis of transfers is for. */
  #assertPlace({ country, jurisdiction }: Recipient): void {
    const { names, countries } = this.#jurisdictions;
    if (!isCountry(country))
      throw new WarifuError("REQUEST_INVALID", "country: is no code of ISO 3166-1, two capital letters such as JP");
    const isOwnCode = !countries.has(country) && jurisdiction === country.toLowerCase();
    if (!isOwnCode && !names.has(jurisdiction))
      throw new WarifuError(
        "REQUEST_INVALID",
        `jurisdiction: the law data has ${[...names].join(", ")}; of a country that it has not, take the code, such as br`,
      );
  }

  async #at(leafIndex: number): Promise<Recipient> {
    const known = this.#read.get(leafIndex);
    if (known) return known;
    const recipient = recipientIn((await claimsAt(leafIndex, this.#parts)) ?? {});
    this.#read.set(leafIndex, recipient);
    return recipient;
  }
}

/**
 * A name as it is compared. Width, case, white space, punctuation, symbols and characters that cannot be seen make no other
 * recipient: whoever is in the register shall not pass the gate by a spelling.
 */
function foldedName(name: string): string {
  // Upper case at the end: ß, ẞ and SS are one there, and so are σ and ς.
  const oneCase = name.normalize("NFKC").toLowerCase().toUpperCase().normalize("NFKC");
  return oneCase.replace(/[\s\p{P}\p{S}\p{C}\p{Default_Ignorable_Code_Point}]+/gu, "") || oneCase.trim();
}
