// The way between two cities on its worst day, as a seed says: requests and answers are lost, come late, twice, out of order;
// what arrives is another text than was sent; a city says that it is another one, or of another version, or names an event as
// proof that proves something else.

import { WarifuError } from "../../../src/core/errors.ts";
import { formatAnswer, type SentPicture } from "../../../src/core/exchange-message.ts";
import type { Partner } from "../../../src/exchange/partners.ts";
import type { Greeting, Wire } from "../../../src/exchange/wire.ts";
import type { Chance } from "../../support/chance.ts";
import type { City } from "./city.ts";

/** A message that is still somewhere in the network. */
interface Late {
  readonly to: City;
  readonly source: string;
  readonly message: string;
}

/** What goes between cities. */
export class FaultyWire {
  readonly late: Late[] = [];
  readonly faults = new Map<string, number>();
  isCalm = false;
  readonly #chance: Chance;
  readonly #cities = new Map<string, { readonly city: City; readonly source: string }>();

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** @param source of what comes from the sender, in the city at that endpoint */
  connect(endpoint: string, city: City, source: string): void {
    this.#cities.set(endpoint, { city, source });
  }

  get wire(): Wire {
    return {
      greet: (partner) => this.#greet(partner),
      deliver: (partner, message) => this.#deliver(partner, message),
      bundle: (partner, id) => this.#bundle(partner, id),
      // Nobody asks for these here.
      moderation: async () => ({}),
      appeal: async () => undefined,
    };
  }

  /** A message that was on its way comes out, any of them. */
  async surface(): Promise<void> {
    const { late } = this;
    if (late.length === 0) return;
    const [one] = late.splice(this.#chance.whole(0, late.length - 1), 1);
    if (!one || one.to.isDead) return;
    await one.to.exchange.deliver(one.source, one.message).catch(() => undefined);
  }

  async #greet({ endpoint }: Partner): Promise<Greeting> {
    const { city } = this.#reach(endpoint);
    if (this.#fault("another-version", 0.03)) return { ...city.exchange.greeting, formats: ["warifu-exchange/2"] };
    if (this.#fault("another-log", 0.02)) return { ...city.exchange.greeting, origin: "somebody.else/ledger" };
    return city.exchange.greeting;
  }

  async #deliver({ endpoint }: Partner, message: string): Promise<string> {
    const { city, source } = this.#reach(endpoint);
    if (this.#fault("request-lost", 0.08)) throw lost();
    if (this.#fault("request-late", 0.08)) {
      this.late.push({ to: city, source, message });
      throw lost();
    }
    if (this.#fault("twice", 0.15)) this.late.push({ to: city, source, message });
    const arrives = this.#fault("message-altered", 0.1) ? this.#altered(message) : this.#withOtherPictures(message);
    const answers = await city.exchange.deliver(source, arrives).catch((cause: unknown) => {
      throw cause instanceof WarifuError && cause.code !== "BUNDLE_INVALID" ? cause : lost(cause);
    });
    if (this.#fault("answer-lost", 0.08)) throw lost();
    if (!this.#fault("answer-lies", 0.08)) return formatAnswer(answers);
    const events = answers.flatMap(({ event }) => event ?? []);
    const other = events.length > 1 ? events[0] : await city.idAt(this.#chance.whole(0, 3));
    return formatAnswer(
      answers.map((one) => ({
        ...one,
        state: one.state === "refused" ? ("taken" as const) : one.state,
        event: other!,
      })),
    );
  }

  async #bundle({ endpoint }: Partner, id: string): Promise<string | undefined> {
    const { city } = this.#reach(endpoint);
    if (this.#fault("proof-lost", 0.08)) throw lost();
    if (this.#fault("proof-of-something-else", 0.04))
      return this.#proofOf(await city.idAt(this.#chance.whole(0, 3)), city);
    if (this.#fault("proof-altered", 0.04)) return (await this.#proofOf(id, city))?.replace(/[0-8](?=[a-z])/g, "9");
    return this.#proofOf(id, city);
  }

  async #proofOf(id: string, city: City): Promise<string | undefined> {
    try {
      return (await city.proofs.bundle(id)).text;
    } catch (error) {
      if (error instanceof WarifuError && error.code === "NOT_ANCHORED_YET") return undefined;
      throw error;
    }
  }

  #reach(endpoint: string): { readonly city: City; readonly source: string } {
    const found = this.#cities.get(endpoint);
    if (!found || found.city.isDead) throw lost();
    return found;
  }

  /** One of the texts in it says something else; what it opens, above all. */
  #altered(message: string): string {
    const { items, format } = JSON.parse(message) as { format: string; items: Record<string, unknown>[] };
    const item = this.#chance.pick(items);
    const kinds = ["bundle", "openings", "label", "kind", "format", "swap"] as const;
    const kind = this.#chance.pick(kinds);
    if (kind === "bundle") item["bundle"] = this.#alteredText(String(item["bundle"]));
    if (kind === "openings" && Array.isArray(item["openings"]))
      item["openings"] = [this.#opening(), ...item["openings"]];
    if (kind === "label" && item["label"]) item["label"] = { ...(item["label"] as object), basis: "Not a basis" };
    if (kind === "kind") item["kind"] = item["kind"] === "record" ? "follow-up" : "record";
    if (kind === "swap") for (const other of items) other["bundle"] = items[0]?.["bundle"];
    return JSON.stringify({ format: kind === "format" ? "warifu-exchange/9" : format, items });
  }

  /** Other pixels than the event says, of another record, or opened as something else. */
  #withOtherPictures(message: string): string {
    const { items, format } = JSON.parse(message) as { format: string; items: Record<string, unknown>[] };
    const pictured = items.filter((one) => one["pictures"]);
    if (pictured.length === 0 || !this.#fault("picture-altered", 0.25)) return message;
    const item = this.#chance.pick(pictured);
    const [picture] = item["pictures"] as SentPicture[];
    const other = this.#chance.pick(pictured)["pictures"] as SentPicture[];
    const lies: readonly Partial<SentPicture>[] = [
      { bytes: `${picture!.bytes.slice(0, 80)}AAAA${picture!.bytes.slice(84)}` },
      { opening: this.#opening() },
      { bundle: this.#alteredText(picture!.bundle) },
      ...(other[0] === picture ? [] : [{ bytes: other[0]!.bytes }, { ...other[0] }]),
    ];
    item["pictures"] = [{ ...picture, ...this.#chance.pick(lies) }];
    return JSON.stringify({ format, items });
  }

  #alteredText(bundle: string): string {
    const parsed = JSON.parse(bundle) as { openings: string[]; body: string };
    if (this.#chance.happens(0.5))
      return JSON.stringify({ ...parsed, openings: [...parsed.openings, this.#opening()] });
    return JSON.stringify({ ...parsed, body: parsed.body.replace(/"category":"smile"/, '"category":"lie"') });
  }

  #opening(): string {
    const salt = Buffer.from(this.#chance.bytes(32)).toString("base64url");
    return Buffer.from(JSON.stringify([salt, "text", "a lie"])).toString("base64url");
  }

  #fault(name: string, probability: number): boolean {
    const happens = this.#chance.happens(probability) && !this.isCalm;
    if (happens) this.faults.set(name, (this.faults.get(name) ?? 0) + 1);
    return happens;
  }
}

function lost(cause?: unknown): WarifuError {
  return new WarifuError("SERVICE_UNREACHABLE", "the partner gives no answer", { cause });
}
