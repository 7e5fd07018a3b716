// The service as one process: the real pipeline, store, vault, anchoring and index over a folder, which may fail or end at any
// call of store, vault or chain. What a killed process leaves behind is exactly the files: the folder is copied at that
// moment, and nothing that the dead one might still do reaches the copy.

import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";

import pino from "pino";

import { Alarms } from "../../../src/alarms/alarms.ts";
import { agreedChain } from "../../../src/chain/nodes/quorum-chain.ts";
import type { AnchorSigner } from "../../../src/chain/signer.ts";
import type { ChainNode } from "../../../src/chain/chain.ts";
import { assertNotBehindChain, openChainSide, type ChainSide } from "../../../src/service/chain-side.ts";
import { parseConfig } from "../../../src/config.ts";
import { WarifuError } from "../../../src/core/errors.ts";
import type { JsonValue } from "../../../src/core/json.ts";
import type { Outcome } from "../../../src/write/pipeline.ts";
import type { SpendingCaps } from "../../../src/anchor/fees.ts";
import type { AnchorChange, StoredAnchor } from "../../../src/store/anchor-journal.ts";
import type { LedgerStore } from "../../../src/store/ledger-store.ts";
import { interpose, type Around } from "../../support/interpose.ts";
import { openLedger, SIGNER, type TestLedger } from "../../support/ledger.ts";
import type { Chance } from "./chance.ts";
import type { ChainModel } from "./chain-model.ts";

/** What a process is made of. */
export interface ProcessOptions {
  readonly folder: string;
  readonly model: ChainModel;
  readonly nodes: readonly [ChainNode, ...ChainNode[]];
  readonly signer: AnchorSigner;
  readonly chance: Chance;
  readonly settings: Settings;
  /** Likelihoods of crashes, while there are any. */
  readonly crashes: Crashes;
  readonly onEvent: (event: string) => void;
  readonly onFault: (kind: string) => void;
  /** Told of a row that is about to be called final. */
  readonly onFinal: (anchor: StoredAnchor) => void;
}

/** How the service is set. */
export interface Settings {
  readonly everyRecords: number;
  readonly everyMs: number;
  readonly bumpAfterMs: number;
  readonly spending: SpendingCaps;
  readonly maxLagMs: number;
}

/** How often a call of store, vault or chain ends the process, or fails. */
export interface Crashes {
  perChange: number;
  perQuestion: number;
}

const SILENT = pino({ enabled: false });
const UNHURRIED = { jitter: 0.2, minBalance: 0n, maxHeadAgeMs: 300_000, maxFinalityAgeMs: 1_200_000 };

// Calls that change something; the others only ask.
const CHANGES = new Set(["commit", "keep", "setAsideFrom", "addAnchor", "updateAnchor", "setContract", "sign", "send"]);
// Calls without a promise: what they need is at hand, so nothing fails in them.
const PLAIN = new Set(["treeSize", "assertInPlace", "gasLimitOf", "health", "close", "leafIndexes"]);

/** What a part says that was made to fail. */
export const DISK_FAILURE = "the disk failed";

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
  #kill: () => void = () => undefined;
  #isKilled = false;
  #ledger: TestLedger | undefined;
  #chainSide: ChainSide | undefined;
  /** Set when it met a failure after which a service ends. */
  hasStopped = false;
  /** Folder of the files as the process left them. */
  folder: string;

  constructor(options: ProcessOptions) {
    this.#options = options;
    this.folder = options.folder;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#killed = promise;
    this.#kill = () => resolve(undefined);
    const { model, onEvent } = options;
    this.alarms = new Alarms(
      () => model.now,
      ({ code, message }, isOn) => onEvent(isOn ? `alarm ${code}: ${message}` : `alarm ${code} is over`),
    );
  }

  get ledger(): TestLedger {
    return this.#ledger as TestLedger;
  }

  /** Whether it must be started again. */
  get isDown(): boolean {
    return this.#isKilled || this.hasStopped || (this.#ledger?.stops.length ?? 0) > 0;
  }

  /** Opens the folder as a start of the service does. */
  open(): Promise<Ending<void>> {
    return this.#untilKilled(async () => {
      const { folder, model, chance, nodes, signer, settings } = this.#options;
      const now = (): number => model.now;
      const chain = interpose(agreedChain({ nodes, signer, now }), this.#failing("chain"));
      let wrapped: LedgerStore | undefined;
      this.#ledger = await openLedger({
        folder,
        now,
        randomBytes: (length) => chance.bytes(length),
        wrapStore: (store) => {
          this.#opened.push(store);
          wrapped = interpose(this.#watched(store), this.#failing("store"));
          return wrapped;
        },
        wrapVault: (vault) => {
          this.#opened.push(vault);
          return interpose(vault, this.#failing("vault"));
        },
        beforeWriting: (tree) => assertNotBehindChain(chain, wrapped as LedgerStore, tree),
      });
      const { log } = this.#ledger;
      const config = parseConfig({ WARIFU_DATA_DIR: folder });
      this.#chainSide = openChainSide({
        config: { ...config, anchoring: { ...config.anchoring, ...UNHURRIED, ...settings } },
        chain,
        log,
        signer: SIGNER,
        alarms: this.alarms,
        logger: SILENT,
        now,
        random: () => chance.next(),
        onEvent: (event) => {
          if (event.event === "anchored") this.#options.onEvent(`${event.step} ${describe(event.anchor)}`);
          if (event.event === "confirmed")
            this.#options.onEvent(`${event.confirmation.change} ${describe(event.confirmation.anchor)}`);
        },
        onStop: () => undefined,
      });
    });
  }

  round(): Promise<Ending<void>> {
    return this.#untilKilled(() => (this.#chainSide as ChainSide).anchoring.round());
  }

  submit(records: readonly JsonValue[]): Promise<Ending<Outcome[]>> {
    return this.#untilKilled(() => this.ledger.pipeline.submit(records));
  }

  /** Ends the process without a word, and keeps what its files held. */
  async kill(): Promise<void> {
    if (!this.#isKilled) this.#die();
    await this.#release();
  }

  /** A stop as an operator orders it. */
  async stop(): Promise<void> {
    await this.#chainSide?.close();
    await this.ledger.close();
  }

  #die(): void {
    this.#isKilled = true;
    const { folder } = this.#options;
    this.folder = nextFolder(folder);
    cpSync(folder, this.folder, {
      recursive: true,
      filter: (path) => !path.includes("writer.lock") && !path.endsWith("-shm"),
    });
    this.#kill();
  }

  /** Lets go of the dead process' files, which are nobody's now. */
  async #release(): Promise<void> {
    for (const part of this.#opened.splice(0)) await part.close();
    rmSync(this.#options.folder, { recursive: true, force: true });
  }

  async #untilKilled<T>(run: () => Promise<T>): Promise<Ending<T>> {
    const done = run().then(
      (value): Ending<T> => ({ ended: "done", value }),
      (error: unknown): Ending<T> => ({ ended: "failed", error }),
    );
    return Promise.race([done, this.#killed.then((): Ending<T> => ({ ended: "killed" }))]);
  }

  /** Looks at what is about to be called final. */
  #watched(store: LedgerStore): LedgerStore {
    const { onFinal } = this.#options;
    return new Proxy(store, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (name !== "updateAnchor") return typeof value === "function" ? (value.bind(target) as unknown) : value;
        return async (anchorId: number, change: AnchorChange): Promise<void> => {
          const [row] = await target.anchors(anchorId + 1, 1);
          if (row && change.state === "finalized") onFinal(row);
          await target.updateAnchor(anchorId, change);
        };
      },
    });
  }

  /** Each call may be the last one of the process, or fail, before or after it did what it is there for. */
  #failing(part: "store" | "vault" | "chain"): Around {
    const { chance, crashes, onFault, onEvent } = this.#options;
    return (method, call) => {
      if (PLAIN.has(method)) return call();
      if (this.#isKilled) return new Promise(() => undefined);
      const isChange = CHANGES.has(method);
      const likelihood = isChange ? crashes.perChange : crashes.perQuestion;
      const form = likelihood > 0 && chance.happens(likelihood) ? chance.pick(formsOf(part, isChange)) : "none";
      if (form === "none") return call();
      onFault(`${form}${part === "chain" ? ", at a chain call" : `, at a ${part} call`}`);
      onEvent(`fault: ${form} at ${part}.${method}`);
      return this.#fail(form, part, call);
    };
  }

  async #fail(form: Form, part: "store" | "vault" | "chain", call: () => unknown): Promise<unknown> {
    if (form === "failed but done" || form === "killed after") await call();
    if (form === "killed before" || form === "killed after") {
      this.#die();
      return new Promise(() => undefined);
    }
    throw new WarifuError(part === "vault" ? "VAULT_FAILED" : "STORE_FAILED", DISK_FAILURE);
  }
}

type Form = "killed before" | "killed after" | "failed, not done" | "failed but done";

function formsOf(part: "store" | "vault" | "chain", isChange: boolean): readonly Form[] {
  const killed: Form[] = isChange ? ["killed before", "killed after"] : ["killed before"];
  // The nodes of the chain fail by themselves (model-node.ts).
  if (part === "chain") return killed;
  return isChange ? [...killed, "failed, not done", "failed but done"] : [...killed, "failed, not done"];
}

function nextFolder(folder: string): string {
  const [stem, number = "0"] = folder.split("~");
  return join(`${stem}~${Number(number) + 1}`);
}

function describe({ anchorId, nonce, treeSize, transactionHash }: StoredAnchor): string {
  return `anchor ${anchorId}: size ${treeSize}, nonce ${nonce}, ${transactionHash.slice(0, 10)}`;
}
