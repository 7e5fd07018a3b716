/**
 * What a partner sends: each item is verified against the partner's log and contract before anything of it is kept, and
 * takes effect once, however often and in whatever order it comes. The answer names the event of this log that says so.
 *
 * Invariant: nothing that does not verify enters. What the partner's log says is gone no longer comes in.
 */
import { openClaims, parseBody } from "../core/body.ts";
import { bodyBytes, parseBundle } from "../core/bundle.ts";
import { utf8 } from "../core/bytes.ts";
import { ANSWERED_CLAIM } from "../core/exchange-event.ts";
import type { ExchangeAnswer, ExchangeItem, RecordItem } from "../core/exchange-message.ts";
import { codeOf, isPassing, WarifuError } from "../core/errors.ts";
import { leafHash } from "../core/merkle.ts";
import { formatRecordId, recordIdOf } from "../core/record-id.ts";
import { parseTlogProof } from "../core/tlog-proof.ts";
import { eraseRecords } from "../privacy/erasure.ts";
import type { NumberedRecipient } from "../privacy/recipients.ts";
import { ABOUT_RECORD, type LocalMeaning } from "../privacy/received-record.ts";
import { assertLogOf, faultOf } from "../read/receiving.ts";
import type { OpenLog } from "../write/open-log.ts";
import { picturesSent } from "./copies.ts";
import type { Known, TakenRecord } from "./correspondence.ts";
import { erasureGrounds, Honouring, type InboxParts, type ToldEvent } from "./honouring.ts";
import { entryAt, shownEvent } from "./openings.ts";
import { sourceOf, type Partner } from "./partners.ts";

/** Who sends: a partner, and what the register has of it. */
export interface Sender {
  readonly partner: Partner;
  readonly recipient: NumberedRecipient;
}

/** Claims by which answers can be checked: of receptions, and of what was honoured. */
const RECEPTION_ID = "id";
/** How it came, as the reception says. */
const HOW = "exchange";
const PAGE = 1_000;

/** Takes what partners send to one log. */
export class Inbox {
  readonly #parts: InboxParts;
  readonly #honouring: Honouring;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: InboxParts) {
    this.#parts = parts;
    this.#honouring = new Honouring(parts);
  }

  /**
   * Erases records of a partner that no reception says anything of: the service was killed in between, so nobody was told that
   * they came. They come again.
   * @throws STORE_FAILED, VAULT_FAILED, STOPPED
   */
  async settle({ partner, recipient }: Sender): Promise<void> {
    const { log } = this.#parts;
    const source = sourceOf(partner, recipient.number);
    const orphans: number[] = [];
    for (let from: number | undefined = 0; from !== undefined;) {
      const found = await log.store.findRecords({ source, from, before: log.store.treeSize(), limit: PAGE });
      for (const { leafIndex } of found.entries)
        if (log.events.provisions.receptionOf(leafIndex) === undefined && !isErased(leafIndex, log))
          orphans.push(leafIndex);
      from = found.next;
    }
    if (orphans.length > 0) await eraseRecords(orphans, erasureGrounds(this.#parts.law), log);
  }

  /**
   * Takes items, one sender after another.
   * @throws ORIGIN_MISMATCH the partner's policy is for another log than the register has; STOPPED, STORE_FAILED, VAULT_FAILED
   */
  receive(sender: Sender, items: readonly ExchangeItem[]): Promise<ExchangeAnswer[]> {
    const done = this.#turn.then(async () => {
      assertLogOf(sender.recipient, sender.partner.policy);
      const answers: ExchangeAnswer[] = [];
      for (const item of items) answers.push(await this.#answer(sender, item));
      return answers;
    });
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #answer(sender: Sender, item: ExchangeItem): Promise<ExchangeAnswer> {
    const known = await this.#parts.correspondence.with(sender.recipient.name);
    try {
      if (item.kind === "record") return await this.#take(sender, item, known);
      const told = await this.#toldBy(sender, item.bundle, item.openings);
      const did = await this.#honouring.honour(told, item.kind, sender.recipient.name, known);
      if (did === undefined) return { state: "later" };
      const { id, openings } = await shownEvent(did.leafIndex, [ANSWERED_CLAIM], this.#parts.log);
      return { state: did.step, event: id, ...(openings[0] !== undefined && { opening: openings[0] }) };
    } catch (error) {
      if (isPassing(error) && codeOf(error) !== "STOPPED") return { state: "later", code: codeOf(error) as never };
      if (!(error instanceof WarifuError) || /^(?:STORE|VAULT|STOPPED)/.test(error.code)) throw error;
      return { state: "refused", code: error.code, detail: error.message };
    }
  }

  async #take(sender: Sender, item: RecordItem, known: Known): Promise<ExchangeAnswer> {
    const { transfers, verify } = this.#parts;
    const { leafIndex } = parseTlogProof(parseBundle(utf8(item.bundle)).proof);
    const before = known.takenByLeaf.get(leafIndex);
    if (before || known.gone.has(leafIndex)) {
      // What is answered is about the partner's own record: somebody else's bundle must not name it.
      const fault = await faultOf(item.bundle, sender.partner.policy, verify);
      if (fault) throw fault;
      return before ? this.#takenAnswer(before) : { state: "absent" };
    }
    const meaning = await this.#meaningOf(item, known);
    if (meaning === undefined) return { state: "later" };
    const { partner, recipient } = sender;
    const source = sourceOf(partner, recipient.number);
    const taking = { sender: recipient, source, policy: partner.policy, purpose: item.purpose, how: HOW, by: HOW };
    const sent = await picturesSent(item.pictures ?? [], leafIndex, partner.policy, verify);
    const pictures = sent.length === 0 ? [] : await this.#parts.pictures.receive(sent);
    const taken = await transfers.receiving.take(item, taking, verify, { ...meaning, pictures });
    if (pictures.length > 0) this.#parts.pictures.wake();
    if ("error" in taken) throw taken.error;
    const entered = (await this.#parts.correspondence.with(recipient.name)).taken.get(taken.leafIndex);
    return entered ? this.#takenAnswer(entered) : { state: "later" };
  }

  async #takenAnswer({ reception }: TakenRecord): Promise<ExchangeAnswer> {
    const { id, openings } = await shownEvent(reception, [RECEPTION_ID], this.#parts.log);
    return { state: "taken", event: id, ...(openings[0] !== undefined && { opening: openings[0] }) };
  }

  /** What the record is about, in this log; `undefined` as long as that has not come. */
  async #meaningOf({ about, bundle }: RecordItem, known: Known): Promise<LocalMeaning | undefined> {
    const shown = bodyBytes(parseBundle(utf8(bundle)));
    const says = shown && parseBody(shown).content[ABOUT_RECORD];
    if (typeof says !== "string") return {};
    const { log } = this.#parts;
    if (about?.log === log.store.origin) return { about: about.id };
    const record = known.takenById.get(about?.id ?? says)?.record;
    if (record === undefined) return undefined;
    return { about: formatRecordId((await entryAt(record, log)).id) };
  }

  /** @throws what does not hold; BUNDLE_INVALID it is no event */
  async #toldBy({ partner }: Sender, text: string, openings: readonly string[]): Promise<ToldEvent> {
    const fault = await faultOf(text, partner.policy, this.#parts.verify);
    if (fault) throw fault;
    const bundle = parseBundle(utf8(text));
    const shown = bodyBytes(bundle);
    if (!shown) throw new WarifuError("BUNDLE_INVALID", "the bundle shows no event");
    const body = parseBody(shown);
    const opened = openClaims(body, openings).map(({ name, value }) => [name, value] as const);
    return {
      id: formatRecordId(recordIdOf(leafHash(bundle.entry), body.iat)),
      leafIndex: parseTlogProof(bundle.proof).leafIndex,
      ...{ body, opened: Object.fromEntries(opened) },
    };
  }
}

function isErased(leafIndex: number, { events }: Pick<OpenLog, "events">): boolean {
  return events.erasures.erasedBy(leafIndex) !== undefined;
}
