// A city that exchanges records: a real log and vault in a folder, its rights, gate and exchange as the service has them, and
// anchors on a made-up chain whose evidence the verifier accepts. It can be killed at any write, and started again.

import { join } from "node:path";

import { Alarms } from "../../../src/alarms/alarms.ts";
import { ownNamesOf, readCity } from "../../../src/citizens/city-file.ts";
import type { Chain } from "../../../src/chain/chain.ts";
import { WarifuError } from "../../../src/core/errors.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { formatVerifierKey, verifierKey } from "../../../src/core/note.ts";
import type { Policy } from "../../../src/core/policy.ts";
import type { Recipient } from "../../../src/core/recipient.ts";
import { formatRecordId } from "../../../src/core/record-id.ts";
import { Publishing } from "../../../src/derive/publishing.ts";
import { Exchange } from "../../../src/exchange/exchange.ts";
import { PARTNERS_FILE, Partners } from "../../../src/exchange/partners.ts";
import type { Wire } from "../../../src/exchange/wire.ts";
import { ModerationDesk } from "../../../src/moderation/desk.ts";
import { ModerationReader } from "../../../src/read/moderation.ts";
import { Recipients } from "../../../src/privacy/recipients.ts";
import { Restrictions } from "../../../src/privacy/restrictions.ts";
import { Rights } from "../../../src/privacy/rights.ts";
import { consentOfAll } from "../../../src/privacy/transfer-conditions.ts";
import { TransferGate } from "../../../src/privacy/transfer-gate.ts";
import { WayOut } from "../../../src/privacy/way-out.ts";
import type { PictureProcess } from "../../../src/pictures/picture-process.ts";
import { Pictures } from "../../../src/read/pictures.ts";
import { Proofs } from "../../../src/read/proofs.ts";
import { Records } from "../../../src/read/records.ts";
import { Transfers } from "../../../src/read/transfers.ts";
import { readModerationRules } from "../../../src/service/moderation-rules-file.ts";
import { verifyBundle } from "../../../src/verify/verify-bundle.ts";
import type { OpenLog } from "../../../src/write/open-log.ts";
import { PicturedValue } from "../../../src/write/pictured-value.ts";
import { CHAIN_ID, chainEvidence } from "../../support/chain-fixture.ts";
import { acknowledged, openLedger, temporaryFolder, type TestLedger } from "../../support/ledger.ts";
import { lawsOf } from "../../support/laws.ts";
import { signingKey, type SigningKey } from "../../support/signing-key.ts";
import { exampleNotice } from "../../privacy/support/rights.ts";
import { CITY_PROFILES } from "./profiles.ts";

const ROOT = join(import.meta.dirname, "../../..");
const RULES = readModerationRules(join(ROOT, "profiles/moderation/rules.json"));
export const PURPOSE = "publish";

/** What a city is. */
export interface CityKind {
  readonly code: "santander" | "fujisawa";
  readonly origin: string;
  readonly seed: number;
  readonly jurisdiction: string;
  readonly language: "es" | "ja";
  /** The provision on which people consent. */
  readonly consents: string;
  readonly contract: string;
}

export const SANTANDER: CityKind = {
  ...{
    code: "santander",
    origin: "santander.test/ledger",
    seed: 21,
    jurisdiction: "eu",
    language: "es",
    consents: "gdpr-6-1-a",
  },
  contract: `0x${"51".repeat(20)}`,
};
export const FUJISAWA: CityKind = {
  ...{
    code: "fujisawa",
    origin: "fujisawa.test/ledger",
    seed: 22,
    jurisdiction: "jp-operator",
    language: "ja",
    consents: "appi-27",
  },
  contract: `0x${"f1".repeat(20)}`,
};

/** Something that no code expects: the process is gone. */
export class Killed extends Error {}

/** Called at each write, before and after it. */
export type AtWrite = (city: City) => void;

/** A running city. */
export class City {
  readonly kind: CityKind;
  readonly folder: string;
  readonly policy: Policy;
  readonly alarms: Alarms;
  readonly now: () => number;
  ledger!: TestLedger;
  log!: OpenLog;
  rights!: Rights;
  transfers!: Transfers;
  proofs!: Proofs;
  moderating!: ModerationDesk;
  moderation!: ModerationReader;
  pictures!: Pictures;
  exchange!: Exchange;
  isDead = false;
  #publishing!: Publishing;
  readonly #wire: Wire;
  readonly #decoding: PictureProcess | undefined;
  readonly #atWrite: AtWrite;
  readonly #key: SigningKey;
  #anchored = 0;

  private constructor(kind: CityKind, options: CityOptions) {
    this.kind = kind;
    this.folder = temporaryFolder();
    this.now = options.now;
    this.#wire = options.wire;
    this.#decoding = options.decoding;
    this.#atWrite = options.atWrite ?? (() => undefined);
    this.#key = signingKey(kind.seed);
    this.alarms = new Alarms(this.now);
    this.policy = {
      log: verifierKey(kind.origin, this.#key.publicKey),
      chain: { id: CHAIN_ID, contract: kind.contract, accept: "evidence" },
      ...{ trustedBlocks: [], rpc: [], sources: [], witnesses: { keys: [], quorum: 0 } },
    };
  }

  static async start(kind: CityKind, options: CityOptions): Promise<City> {
    const city = new City(kind, options);
    await city.#open();
    const chainId = CHAIN_ID;
    const place = { chainId, contract: kind.contract, genesis: `0x${"0".repeat(64)}`, codeHash: `0x${"0".repeat(64)}` };
    await city.ledger.store.setContract({ ...place, startSize: 0 });
    const purpose = { basis: kind.consents, code: PURPOSE, needsConsent: true, text: PURPOSE };
    await city.rights.notices.add({ ...exampleNotice(kind.language), purposes: [purpose] });
    return city;
  }

  /** Ends it, and starts it again over the same folder. */
  async restart(): Promise<void> {
    await this.ledger.close();
    this.isDead = false;
    await this.#open();
  }

  async close(): Promise<void> {
    await this.ledger.close();
  }

  /** Everything so far is final on the chain. */
  async anchor(): Promise<void> {
    const { tree, publisher } = this.ledger.log;
    if (tree.publishedSize === this.#anchored) return;
    const { treeSize, rootHash, note } = await publisher.publishAt(tree, tree.publishedSize);
    const blockTime = Math.floor(this.now() / 1_000) + 12;
    const { contract } = this.kind;
    const evidence = await chainEvidence({ treeSize, rootHash, previousSize: this.#anchored, contract, blockTime });
    const { store } = this.ledger;
    const sent = { transactionHash: evidence.transaction.hash, nonce: treeSize, raw: "0x", baseSize: this.#anchored };
    const { anchorId } = await store.addAnchor({
      ...{ treeSize, rootHash, note, chainId: CHAIN_ID, contract, account: `0x${"a".repeat(40)}`, ...sent },
      ...{ maxFeePerGas: 1n, maxPriorityFeePerGas: 1n, headSignedAt: this.now(), createdAt: this.now() },
    });
    const { hash: blockHash } = evidence.block;
    const change = { blockNumber: 1_234, blockHash, evidence: JSON.stringify(evidence) };
    await store.updateAnchor(anchorId, { state: "finalized", ...change });
    this.#anchored = treeSize;
  }

  /** Enters a record, and its person's consent if there is one. */
  async submit(type: string, claims: JsonObject): Promise<{ readonly id: string; readonly leafIndex: number }> {
    const [entered] = await this.ledger.submit([{ type, source: "app", claims }]);
    return entered as { readonly id: string; readonly leafIndex: number };
  }

  /** The same with a picture. */
  async submitPicture(type: string, claims: JsonObject, picture: Uint8Array) {
    const value = new PicturedValue({ type, source: "app", claims }, await this.pictures.receive([picture]));
    const [entered] = acknowledged(await this.ledger.pipeline.submit([value]));
    return entered as { readonly id: string; readonly leafIndex: number };
  }

  /** Makes the copies that are due. */
  async publish(): Promise<void> {
    this.#publishing.wake();
    await this.#publishing.settled();
  }

  async consent(record: number, state: "given" | "withdrawn"): Promise<void> {
    const [subject] = await this.log.persons.subjectsOf(record);
    const said = { state, purpose: PURPOSE, language: this.kind.language, subject: subject as string };
    await this.rights.consents.note(said);
  }

  /** What a record says, as long as the vault has it. */
  async says(leafIndex: number): Promise<JsonObject | undefined> {
    const [entry] = await this.ledger.store.entries(leafIndex, leafIndex + 1);
    return this.ledger.log.check.claimsOf(leafIndex, await this.ledger.log.check.bodyOf(entry!));
  }

  async idAt(leafIndex: number): Promise<string> {
    const [entry] = await this.ledger.store.entries(leafIndex, leafIndex + 1);
    return formatRecordId(entry!.id);
  }

  async #open(): Promise<void> {
    const { kind, folder, now } = this;
    const signer = { key: this.policy.log, sign: this.#key.sign };
    this.ledger = await openLedger({ folder, origin: kind.origin, signer, profiles: CITY_PROFILES, now });
    const log = this.#mortal(this.ledger.log);
    this.log = log;
    const { law, transfers, jurisdictions } = lawsOf(kind.jurisdiction);
    const restrictions = new Restrictions(log, law);
    const wayOut = new WayOut({ ...log, now });
    const strip = async (bytes: Uint8Array) => ({ bytes, type: "image/webp" });
    this.rights = new Rights({ ...log, now, restrictions, wayOut, strip }, law);
    const hasConsent = consentOfAll(this.rights.consents, log.persons);
    const ownNames = ownNamesOf(readCity(join(ROOT, "cities", `${kind.code}.json`))!);
    const gate = new TransferGate({ ...log, law, transfers, ownNames, restrictions, hasConsent, now });
    const recipients = new Recipients(log, jurisdictions);
    const records = new Records({ ...log, wayOut });
    this.proofs = new Proofs({ records, log, wayOut, chain: NO_CHAIN, now });
    this.transfers = new Transfers({ log, records, proofs: this.proofs, gate, recipients, law, transfers, now });
    this.#openPictures(records, wayOut);
    this.moderating = new ModerationDesk({ ...log, now }, RULES);
    const { moderating: desk, pictures } = this;
    this.moderation = new ModerationReader({ log, desk, wayOut, pictures });
    this.exchange = new Exchange({
      ...{ log, ledger: this, partners: new Partners(join(folder, PARTNERS_FILE)), wire: this.#wire },
      ...{ verify: verifyBundle, alarms: this.alarms, now },
    });
  }

  /** Nothing is published by itself: it would be a matter of luck when. */
  #openPictures(records: Records, wayOut: WayOut): void {
    const { log, now } = this;
    const decoding = this.#decoding ?? NO_PICTURES;
    // Where faces are drawn, none is found; that each is hidden is not what this is about.
    const hider = {
      tool: "test",
      version: "1",
      hide: (...given: Parameters<typeof decoding.copy>) => decoding.copy(...given),
    };
    this.#publishing = new Publishing({ log, process: decoding, faceHider: () => hider, now });
    const publishing = { wake: () => undefined } as Publishing;
    this.pictures = new Pictures({ process: decoding, publishing }, log, records, wayOut);
  }

  /** The same log, which ends at the write that the test chooses. */
  #mortal(log: OpenLog): OpenLog {
    const alive = (): void => {
      if (this.isDead) throw new Killed("the process is gone");
    };
    const at = async <T>(write: () => Promise<T>): Promise<T> => {
      alive();
      this.#atWrite(this);
      alive();
      const done = await write();
      this.#atWrite(this);
      alive();
      return done;
    };
    const { writer, pipeline } = log;
    const mortal = {
      enter: (...given: Parameters<typeof writer.enter>) => at(() => writer.enter(...given)),
      enterIf: (...given: Parameters<typeof writer.enterIf>) => at(() => writer.enterIf(...given)),
      erase: (...given: Parameters<typeof writer.erase>) => at(() => writer.erase(...given)),
      toPublish: (...given: Parameters<typeof writer.toPublish>) => writer.toPublish(...given),
      markPublished: (...given: Parameters<typeof writer.markPublished>) => at(() => writer.markPublished(...given)),
      exclusively: <T>(write: Parameters<typeof writer.exclusively<T>>[0]) => at(() => writer.exclusively(write)),
      get stopReason() {
        return writer.stopReason;
      },
    };
    const submit = (...given: Parameters<typeof pipeline.submit>) => at(() => pipeline.submit(...given));
    return { ...log, writer: mortal, pipeline: { submit } } as unknown as OpenLog;
  }
}

export interface CityOptions {
  readonly wire: Wire;
  /** Decodes pictures; without it, nobody posts any. */
  readonly decoding?: PictureProcess;
  readonly now: () => number;
  readonly atWrite?: AtWrite;
}

/** One city in the register of another. */
export function recipientFor({ kind, policy }: City, name: string): Recipient {
  const isSpain = kind.jurisdiction === "eu";
  return {
    ...{ name, country: isSpain ? "ES" : "JP", kind: isSpain ? "public-body" : "business-operator" },
    ...{ jurisdiction: kind.jurisdiction, papers: [], log: formatVerifierKey(policy.log) },
  } as Recipient;
}

const NO_PICTURES = {} as PictureProcess;
const NO_CHAIN = {
  blockHashAt: async () => {
    throw new WarifuError("CHAIN_UNREACHABLE", "this city has no chain");
  },
} as unknown as Chain;
