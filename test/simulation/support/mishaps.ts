// What may happen to a process at any call of its parts: it ends, the call fails, or the process falls asleep.

import { WarifuError } from "../../../src/core/errors.ts";
import type { Around } from "../../support/interpose.ts";
import type { Chance } from "../../support/chance.ts";
import type { Crashes } from "./world.ts";

/** What a call is made to: `turn` is the right to write that services share. */
export type Part = "store" | "vault" | "chain" | "turn";

export interface MishapOptions {
  readonly chance: Chance;
  /** Likelihoods, while there are any. */
  readonly crashes: Crashes;
  readonly onFault: (kind: string) => void;
  readonly onEvent: (event: string) => void;
  /** The process ends here and now. */
  readonly onEnd: () => void;
}

/** What a part says that was made to fail. */
export const DISK_FAILURE = "the disk failed";

// Calls that change something; the others only ask.
const CHANGES = new Set(["commit", "keep", "setAsideFrom", "addAnchor", "updateAnchor", "setContract", "sign", "send"]);
const PLAIN = new Set(["treeSize", "assertInPlace", "gasLimitOf", "health", "close", "leafIndexes"]);

type Form = "killed before" | "killed after" | "failed, not done" | "failed but done";

/** The mishaps of one process. */
export class Mishaps {
  readonly #options: MishapOptions;
  #hasEnded = false;
  #sleep: { changesLeft: number; readonly onAsleep: () => void; readonly woken: Promise<undefined> } | undefined;
  #wake: () => void = () => undefined;
  /** The call that it sleeps at. */
  asleepAt: string | undefined;
  /** Whether a call was made to fail. */
  hasFailed = false;

  constructor(options: MishapOptions) {
    this.#options = options;
  }

  /** From now on, no call returns. */
  end(): void {
    this.#hasEnded = true;
  }

  /** Falls asleep before the change after so many others. @returns settled when it does, if it does */
  sleepAfter(changes: number): Promise<undefined> {
    const [asleep, awake] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    this.#wake = () => awake.resolve(undefined);
    this.#sleep = { changesLeft: changes, onAsleep: () => asleep.resolve(undefined), woken: awake.promise };
    return asleep.promise;
  }

  /** Whether it is to fall asleep, and has not yet. */
  get maySleep(): boolean {
    return this.#sleep !== undefined;
  }

  wake(): void {
    this.#sleep = undefined;
    this.asleepAt = undefined;
    this.#wake();
  }

  /** Each call may be the last one of the process, or fail, before or after it did what it is there for. */
  around(part: Part): Around {
    // Whoever ends its turn is done with it: what goes wrong there has gone wrong before.
    return (method, call) => (isPlain(method) || method === "end" ? call() : this.#call(part, method, call));
  }

  async #call(part: Part, method: string, call: () => unknown): Promise<unknown> {
    const { chance, crashes, onFault, onEvent } = this.#options;
    if (this.#hasEnded) return never();
    const isChange = CHANGES.has(method);
    if (isChange) await this.#sleepIfDue(method);
    const likelihood = isChange ? crashes.perChange : crashes.perQuestion;
    const form = likelihood > 0 && chance.happens(likelihood) ? chance.pick(formsOf(part, isChange)) : "none";
    if (form === "none") return call();
    onFault(`${form}, at a ${part} call`);
    onEvent(`fault: ${form} at ${part}.${method}`);
    return this.#fail(form, part, call);
  }

  async #sleepIfDue(method: string): Promise<void> {
    const sleep = this.#sleep;
    if (!sleep || sleep.changesLeft-- > 0) return;
    this.#options.onEvent(`falls asleep at ${method}`);
    this.asleepAt = method;
    sleep.onAsleep();
    await sleep.woken;
  }

  async #fail(form: Form, part: Part, call: () => unknown): Promise<unknown> {
    if (form === "failed but done" || form === "killed after") await call();
    if (form === "killed before" || form === "killed after") {
      this.#options.onEnd();
      return never();
    }
    this.hasFailed = true;
    throw new WarifuError(part === "vault" ? "VAULT_FAILED" : "STORE_FAILED", DISK_FAILURE);
  }
}

/** Whether a call is one without a promise: what it needs is at hand, so it takes no time, and nothing fails in it. */
export function isPlain(method: string): boolean {
  return PLAIN.has(method);
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}

function formsOf(part: Part, isChange: boolean): readonly Form[] {
  const killed: Form[] = isChange || part === "turn" ? ["killed before", "killed after"] : ["killed before"];
  // The nodes of the chain fail by themselves (model-node.ts); a turn that could not be had ends with its connection.
  if (part === "chain" || part === "turn") return killed;
  return isChange ? [...killed, "failed, not done", "failed but done"] : [...killed, "failed, not done"];
}
