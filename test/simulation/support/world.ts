// What a seed makes before any service runs: the chain with its nodes, what goes wrong with them, who sends records, and how
// the services are set. Time and chance come from here alone, and what happens is noted here.

import type { ChainNode } from "../../../src/chain/chain.ts";
import type { AnchorSigner } from "../../../src/chain/signer.ts";
import { openLocalSigner } from "../../../src/chain/signers/local-signer.ts";
import { Chance } from "../../support/chance.ts";
import { ChainModel, GWEI } from "./chain-model.ts";
import { CHAIN_ID } from "./contract-model.ts";
import { modelNode, type Ailments } from "./model-node.ts";
import { Submitter } from "./submitter.ts";
import { CLIENTS } from "./transaction-pool.ts";
import { Weather } from "./weather.ts";
import type { SpendingCaps } from "../../../src/anchor/fees.ts";

/** How a service is set. */
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

export const MINUTE_MS = 60_000;

const BEGIN = Date.UTC(2026, 10, 22);
const KEY = `0x${"4b".repeat(32)}`;
const ETHER = 10n ** 18n;

/** Something that must never be. */
export class Violation extends Error {}

/** The world of one seed. */
export class World {
  readonly seed: number;
  readonly chance: Chance;
  readonly model: ChainModel;
  readonly nodes: [ChainNode, ...ChainNode[]];
  /** Of the account that anchors. */
  readonly signer: AnchorSigner = openLocalSigner(KEY, CHAIN_ID);
  readonly weather: Weather;
  readonly settings: Settings;
  readonly crashes: Crashes;
  readonly submitter: Submitter;
  /** Pauses between rounds and between submissions. */
  readonly pollMs: number;
  readonly submitMs: number;
  /** A line an event, each with its simulated time. */
  readonly trace: string[] = [];
  /** How often each kind of fault was injected. */
  readonly faults: Map<string, number> = new Map();
  /** What did not hold. */
  readonly failures: string[] = [];

  /** @param isShared whether several services share the log: then more goes wrong with them */
  constructor(seed: number, isShared: boolean) {
    this.seed = seed;
    this.chance = new Chance(seed);
    const chance = this.chance.fork("set-up");
    const onEvent = (event: string): void => this.note(event);
    const onFault = (kind: string): void => this.count(kind);
    const usualFee = chance.between(2, 25) * Number(GWEI);
    const nodeCount = chance.pick([1, 2, 3, 3, 3, 3, 3]);
    this.model = new ChainModel({
      begin: BEGIN,
      chance: this.chance.fork("chain"),
      clients: Array.from({ length: nodeCount }, () => chance.pick(CLIENTS)),
      balance: 50n * ETHER,
      demand: () => usualFee,
      onEvent,
    });
    const { model } = this;
    const ailing = model.nodes.map((view) => {
      const ailments: Ailments = { silence: 0, silentlyDone: 0, lies: undefined };
      return { view, ailments };
    });
    const questions = this.chance.fork("questions");
    this.nodes = ailing.map((node) => modelNode({ ...node, model, chance: questions, onFault })) as [ChainNode];
    this.weather = new Weather({ model, nodes: ailing, chance: this.chance.fork("weather"), onEvent, onFault });
    this.settings = {
      everyRecords: chance.whole(10, 60),
      everyMs: chance.whole(3, 8) * MINUTE_MS,
      bumpAfterMs: chance.whole(1, 3) * MINUTE_MS,
      spending: { perAnchor: ETHER / BigInt(chance.pick([10, 100, 200])), perDay: 5n * ETHER },
      maxLagMs: 60 * MINUTE_MS,
    };
    this.crashes = {
      perChange: chance.pick(isShared ? [0.01, 0.03, 0.05] : [0, 0.01, 0.03]),
      perQuestion: chance.pick(isShared ? [0, 0.0003, 0.001] : [0, 0.0003]),
    };
    this.pollMs = chance.whole(25, 60) * 1000;
    this.submitMs = (isShared ? chance.whole(20, 60) : chance.whole(40, 120)) * 1000;
    this.submitter = new Submitter(this.chance.fork("submitter"));
    this.note(`seed ${seed}: ${this.nodes.map(({ name }, at) => `${name} ${model.nodes[at]?.client}`).join(", ")}`);
  }

  /** Lets time pass, and the weather change when it is time for it. */
  pass(ms: number): void {
    this.model.advance(ms);
    if (this.weather.nextAt <= this.model.now) this.weather.change();
  }

  /** Nothing goes wrong from now on. */
  calm(): void {
    Object.assign(this.crashes, { perChange: 0, perQuestion: 0 });
    this.weather.clear();
  }

  count(kind: string): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
  }

  /** @param at when it began, simulated, where others went on with the time meanwhile */
  note(event: string, at = this.model.now): void {
    const time = new Date(at - BEGIN).toISOString().slice(11, -1);
    this.trace.push(`${time} ${event}`);
  }
}
