/**
 * Confirms what a partner says it did, once its log proves it: the event that the partner named is fetched, verified
 * against its log and contract, and must be about exactly that. Then this log says so too.
 *
 * Invariant: a partner's word alone confirms nothing.
 */
import { openClaims, parseBody } from "../core/body.ts";
import { bodyBytes, parseBundle } from "../core/bundle.ts";
import { utf8 } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { exchangeEventOf, isExchangeEvent } from "../core/exchange-event.ts";
import type { ExchangeAnswer } from "../core/exchange-message.ts";
import { isReception } from "../core/provision-event.ts";
import { exchangeEvent } from "../events/exchange.ts";
import { faultOf, type Verify } from "../read/receiving.ts";
import type { OpenLog } from "../write/open-log.ts";
import type { Sender } from "./inbox.ts";
import type { Outgoing } from "./outbox.ts";
import type { Wire } from "./wire.ts";

export interface ConfirmingParts {
  readonly log: Pick<OpenLog, "writer">;
  readonly wire: Pick<Wire, "bundle">;
  readonly verify: Verify;
}

/** What was answered and is not proved yet. */
interface Claimed {
  readonly sent: Outgoing;
  readonly event: string;
  readonly opening: string;
}

/** Confirms what one partner did. */
export class Confirming {
  readonly #parts: ConfirmingParts;
  readonly #claimed = new Map<number, Claimed>();

  constructor(parts: ConfirmingParts) {
    this.#parts = parts;
  }

  /** How many answers wait for the partner's proof. */
  get count(): number {
    return this.#claimed.size;
  }

  /** Whether an event of this log was answered, and its proof is waited for. */
  isUnderWay(event: number): boolean {
    return this.#claimed.has(event);
  }

  /** Notes what was answered. @throws BUNDLE_INVALID it names no event by which it could be proved */
  note(sent: Outgoing, { event, opening }: ExchangeAnswer): void {
    if (event === undefined || opening === undefined)
      throw new WarifuError("BUNDLE_INVALID", "the partner names no event of its log that proves its answer");
    this.#claimed.set(sent.told.leafIndex, { sent, event, opening });
  }

  /**
   * Looks for proofs.
   * @returns how many were confirmed
   * @throws SERVICE_UNREACHABLE; what does not hold, after which it is asked for again; STOPPED, STORE_FAILED
   */
  async round({ partner, recipient }: Sender): Promise<number> {
    let confirmed = 0;
    for (const [told, claimed] of [...this.#claimed]) {
      const text = await this.#bundleOf(claimed, partner);
      if (text === undefined) continue;
      this.#claimed.delete(told);
      const fault = await faultOf(text, partner.policy, this.#parts.verify);
      if (fault) throw fault;
      assertProves(text, claimed);
      const { sent, event } = claimed;
      const said = { matter: sent.told.matter, record: sent.record, step: "confirmed" } as const;
      await this.#parts.log.writer.enter(exchangeEvent(said, { partner: recipient.name, event, of: told }));
      confirmed++;
    }
    return confirmed;
  }

  /** Of an event that the partner does not have after all, there is nothing to wait for. */
  async #bundleOf({ sent, event }: Claimed, partner: Sender["partner"]): Promise<string | undefined> {
    try {
      return await this.#parts.wire.bundle(partner, event);
    } catch (error) {
      if (error instanceof WarifuError && error.code === "NOT_FOUND") {
        this.#claimed.delete(sent.told.leafIndex);
        throw new WarifuError("PROOF_INVALID", "the partner's log does not have the event that it named", {
          cause: error,
        });
      }
      throw error;
    }
  }
}

/** @throws PROOF_INVALID the event says something else */
function assertProves(text: string, { sent, opening }: Claimed): void {
  const shown = bodyBytes(parseBundle(utf8(text)));
  const body = shown && parseBody(shown);
  const [opened] = body ? openClaims(body, [opening]) : [];
  const { matter } = sent.told;
  const isOfMatter =
    body !== null &&
    (matter === "given"
      ? isReception(body) && opened?.name === "id"
      : isExchangeEvent(body) && answers(exchangeEventOf(body), matter) && opened?.name === "event");
  if (!isOfMatter || opened?.value !== sent.names)
    throw new WarifuError("PROOF_INVALID", "the event that the partner named is not about what it was sent");
}

function answers(event: ReturnType<typeof exchangeEventOf>, matter: string): boolean {
  return event.matter === matter && (event.step === "honoured" || event.step === "absent");
}
