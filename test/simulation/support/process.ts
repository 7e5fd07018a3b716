// The service as one process: the real pipeline, store, vault, anchoring and index over a folder, and over a database where
// it shares one, which may fail, end or fall asleep at any call of store, vault or chain. What a killed process leaves behind is
// exactly the files: the folder is copied at that moment, and nothing that the dead one might still do reaches the copy. Its
// connections to a database end.

import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";

import pino from "pino";

import { Alarms } from "../../../src/alarms/alarms.ts";
import { agreedChain } from "../../../src/chain/nodes/quorum-chain.ts";
import type { AnchorSigner } from "../../../src/chain/signer.ts";
import type { Chain, ChainNode } from "../../../src/chain/chain.ts";
import { assertNotBehindChain, openChainSide, type ChainSide } from "../../../src/service/chain-side.ts";
import { parseConfig } from "../../../src/config.ts";
import { toHex } from "../../../src/core/bytes.ts";
import type { WarifuError } from "../../../src/core/errors.ts";
import type { JsonValue } from "../../../src/core/json.ts";
import type { Outcome } from "../../../src/write/outcome.ts";
import type { AnchorChange, LeftBlock, StoredAnchor } from "../../../src/store/anchor-journal.ts";
import type { LedgerStore } from "../../../src/store/ledger-store.ts";
import type { Lease } from "../../../src/store/shared-log.ts";
import { interpose, type Around } from "../../support/interpose.ts";
import { openLedger, SIGNER, type TestLedger } from "../../support/ledger.ts";
import type { CallOrder } from "./call-order.ts";
import type { Chance } from "../../support/chance.ts";
import type { ChainModel } from "./chain-model.ts";
import { isPlain, Mishaps, type Part } from "./mishaps.ts";
import type { SharedDatabase } from "./shared-database.ts";
import { SignedHeads, type SignedHead } from "./signed-heads.ts";
import type { Crashes, Settings } from "./world.ts";

/** What a process is made of. */
export interface ProcessOptions {
  /** Of this life of a service. */
  readonly name: string;
  readonly folder: string;
  readonly shared?: SharedDatabase | undefined;
  /** In which calls are made, its own and those of whoever shares with it. */
  readonly order: CallOrder;
  readonly model: ChainModel;
  readonly nodes: readonly [ChainNode, ...ChainNode[]];
  readonly signer: AnchorSigner;
  readonly chance: Chance;
  readonly settings: Settings;
  /** Likelihoods of crashes, while there are any. */
  readonly crashes: Crashes;
  readonly onEvent: (event: string) => void;
  readonly onFault: (kind: string) => void;
  readonly onViolation: (what: string) => void;
  /** Told of a row that is about to be called final. */
  readonly onFinal: (anchor: StoredAnchor) => void;
}

const SILENT = pino({ enabled: false });
const UNHURRIED = { jitter: 0.2, minBalance: 0n, maxHeadAgeMs: 300_000, maxFinalityAgeMs: 1_200_000 };

/** Changes that only the holder of the lease may make, once there is one. */
const UNDER_LEASE = new Set(["commit", "addAnchor", "updateAnchor", "setContract"]);

/** How a run of something in the process ended. */
export type Ending<T> =
  | { readonly ended: "done"; readonly value: T }
  | { readonly ended: "failed"; readonly error: unknown }
  | { readonly ended: "killed" };

/** A process of the service. */
export class SimulatedProcess {
  readonly #options: ProcessOptions;
  readonly #killed: Promise<undefined>;
  readonly #opened: { close(): Promise<void> }[] = [];
  readonly alarms: Alarms;
  readonly name: string;
  readonly mishaps: Mishaps;
  readonly signed: SignedHeads = new SignedHeads();
  #kill: () => void = () => undefined;
  isKilled = false;
  #cut: Promise<void> = Promise.resolve();
  #ledger: TestLedger | undefined;
  #chainSide: ChainSide | undefined;
  #lease: Lease | undefined;
  /** Set when it met a failure after which a service ends. */
  hasStopped = false;
  /** Whether its connections were ended. */
  wasCut = false;
  /** Folder of the files as the process left them. */
  folder: string;

  constructor(options: ProcessOptions) {
    this.#options = options;
    this.folder = options.folder;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#killed = promise;
    this.#kill = () => resolve(undefined);
    const { name, model, chance, crashes, onEvent, onFault } = options;
    this.name = name;
    this.mishaps = new Mishaps({ chance, crashes, onEvent, onFault, onEnd: () => this.#die() });
    this.alarms = new Alarms(
      () => model.now,
      ({ code, message }, isOn) => onEvent(isOn ? `alarm ${code}: ${message}` : `alarm ${code} is over`),
    );
  }

  get ledger(): TestLedger {
    return this.#ledger as TestLedger;
  }

  /** Whether it does what only one service may do. */
  get anchors(): boolean {
    return this.#chainSide !== undefined;
  }

  /** Whether it took the lease, and has lost it since. */
  get isOutOfPlace(): boolean {
    return this.#lease !== undefined && this.#options.shared?.holder !== this;
  }

  /** Whether it has ended, or lost what it needs to write. */
  get isBeyondWriting(): boolean {
    return this.isKilled || this.wasCut || this.isOutOfPlace;
  }

  /** Whether something happened to it after which a head may be signed and never published. */
  get wasHurt(): boolean {
    return this.isBeyondWriting || this.mishaps.hasFailed;
  }

  /** Whether it must be started again. */
  get isDown(): boolean {
    return this.isKilled || this.hasStopped || this.stops.length > 0;
  }

  /** Why its writer has stopped. */
  get stops(): readonly WarifuError[] {
    return this.#ledger?.stops ?? [];
  }

  /** Opens the folder as a start of the service does. Where others have it open too, it anchors if it gets the lease. */
  open(): Promise<Ending<void>> {
    return this.#untilKilled(async () => {
      const { name, folder, shared, model, chance, nodes, signer } = this.#options;
      const now = (): number => model.now;
      const chain = this.#exposed("chain", agreedChain({ nodes, signer, now }));
      let store: LedgerStore | undefined;
      this.#ledger = await openLedger({
        ...{ folder, now, database: shared?.addressFor(name) },
        signer: this.signed.through(SIGNER, () => !this.isKilled),
        randomBytes: (length) => chance.bytes(length),
        wrapStore: (opened) => {
          this.#opened.push(opened);
          store = this.#exposed("store", interpose(this.#watched(opened), this.#underLease()));
          return store;
        },
        wrapVault: (vault) => {
          this.#opened.push(vault);
          return this.#exposed("vault", vault);
        },
        wrapCommitter: (committer) => this.#exposed("store", interpose(committer, this.#underLease())),
        beforeReading: (opened) => this.#takePlace(opened),
        beforeWriting: (tree) => assertNotBehindChain(chain, store as LedgerStore, tree),
      });
      if (!shared || this.#lease) this.#openChainSide(chain, this.#ledger);
    });
  }

  async #takePlace({ shared: turns }: LedgerStore): Promise<void> {
    const { shared, onEvent } = this.#options;
    if (!shared || !turns) return;
    this.#lease = await shared.take(this, (name, forMs) => turns.takeLease(name, forMs));
    onEvent(this.#lease ? `${this.name} has lease ${this.#lease.fence}` : `${this.name} is a front end`);
  }

  #openChainSide(chain: Chain, { log }: TestLedger): void {
    const { folder, model, chance, settings, onEvent } = this.#options;
    const config = parseConfig({ WARIFU_DATA_DIR: folder });
    this.#chainSide = openChainSide({
      config: { ...config, anchoring: { ...config.anchoring, ...UNHURRIED, ...settings } },
      chain,
      log,
      signer: SIGNER,
      alarms: this.alarms,
      logger: SILENT,
      now: () => model.now,
      random: () => chance.next(),
      onEvent: (event) => {
        if (event.event === "anchored") onEvent(`${event.step} ${describe(event.anchor)}`);
        if (event.event === "confirmed") onEvent(`${event.confirmation.change} ${describe(event.confirmation.anchor)}`);
      },
      onStop: () => undefined,
    });
  }

  round(): Promise<Ending<void>> {
    return this.#untilKilled(async () => {
      // As it does five times a second, where it shares the log.
      await this.ledger.log.writer.follow();
      await (this.#chainSide as ChainSide).anchoring.round();
    });
  }

  /** The head that it shows, once it has followed the others. */
  look(): Promise<Ending<SignedHead>> {
    return this.#untilKilled(async () => {
      const { writer, tree } = this.ledger.log;
      await writer.follow();
      const treeSize = tree.publishedSize;
      return { treeSize, root: toHex(await tree.rootAt(treeSize)) };
    });
  }

  /** Holds the lease for longer. */
  renew(): Promise<Ending<void>> {
    return this.#untilKilled(async () => this.#lease?.renew());
  }

  submit(records: readonly JsonValue[]): Promise<Ending<Outcome[]>> {
    return this.#untilKilled(() => this.ledger.pipeline.submit(records));
  }

  /** Ends the process without a word, and keeps what its files held. */
  async kill(): Promise<void> {
    if (!this.isKilled) this.#die();
    await this.#release();
  }

  /** A stop as an operator orders it. */
  async stop(): Promise<void> {
    await this.#chainSide?.close();
    await this.#lease?.release();
    this.#leave();
    this.#lease = undefined;
    await this.ledger.close();
  }

  /** Its connections were ended, all of them or the one that had its turn. */
  noteCut(): void {
    this.wasCut = true;
    this.#options.order.leaveTurn(this);
  }

  #leave(): void {
    this.#options.shared?.leave(this, this.#options.model.now);
  }

  #die(): void {
    this.isKilled = true;
    this.mishaps.end();
    const { folder, name, shared } = this.#options;
    // At once: whoever waits for its turn would wait for ever.
    this.#cut = shared?.cut(name) ?? Promise.resolve();
    this.#leave();
    this.folder = nextFolder(folder);
    cpSync(folder, this.folder, {
      recursive: true,
      filter: (path) => !path.includes("writer.lock") && !path.endsWith("-shm"),
    });
    this.#kill();
  }

  /** Lets go of the dead process' files, which are nobody's now. */
  async #release(): Promise<void> {
    await this.#cut;
    // What is left of its connections may fail to end.
    for (const part of this.#opened.splice(0)) await part.close().catch(() => undefined);
    rmSync(this.#options.folder, { recursive: true, force: true });
  }

  async #untilKilled<T>(run: () => Promise<T>): Promise<Ending<T>> {
    const done = run().then(
      (value): Ending<T> => ({ ended: "done", value }),
      (error: unknown): Ending<T> => ({ ended: "failed", error }),
    );
    return Promise.race([done, this.#killed.then((): Ending<T> => ({ ended: "killed" }))]);
  }

  /** A part whose calls are made one after the other, among those of others, and any of which may go wrong. */
  #exposed<T extends object>(part: Part, target: T): T {
    const ordered = this.#options.order.around(this);
    const inOrder: Around = (method, call, args) => (isPlain(method) ? call() : ordered(method, call, args));
    return interpose(interpose(target, inOrder), this.mishaps.around(part));
  }

  /** Looks at what is about to be called final. */
  #watched(store: LedgerStore): LedgerStore {
    const { onFinal } = this.#options;
    return new Proxy(store, {
      get: (target, name) => {
        if (name === "shared") return target.shared && this.#exposed("turn", target.shared);
        const value: unknown = Reflect.get(target, name, target);
        if (name !== "updateAnchor") return typeof value === "function" ? (value.bind(target) as unknown) : value;
        return async (anchorId: number, change: AnchorChange, left?: LeftBlock): Promise<void> => {
          const [row] = await target.anchors(anchorId + 1, 1);
          if (row && change.state === "finalized") onFinal(row);
          await target.updateAnchor(anchorId, change, left);
        };
      },
    });
  }

  /** Whoever has lost the lease, knowing it or not, changes nothing more. */
  #underLease(): Around {
    return (method, call) => {
      if (!this.isOutOfPlace || !UNDER_LEASE.has(method)) return call();
      return Promise.resolve(call()).then((result) => {
        this.#options.onViolation(`${this.name} has done "${method}" under a lease that it had lost`);
        return result;
      });
    };
  }
}

function nextFolder(folder: string): string {
  const [stem, number = "0"] = folder.split("~");
  return join(`${stem}~${Number(number) + 1}`);
}

function describe({ anchorId, nonce, treeSize, transactionHash }: StoredAnchor): string {
  return `anchor ${anchorId}: size ${treeSize}, nonce ${nonce}, ${transactionHash.slice(0, 10)}`;
}
