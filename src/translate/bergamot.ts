/**
 * Translates with Bergamot in a process of its own, with bounds on its memory and its time: a text or a model that ends the
 * engine costs that process and nothing else.
 */
import { fork, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { WarifuError } from "../core/errors.ts";
import type { BergamotAnswer, BergamotJob } from "./bergamot-child.ts";
import { hasBergamot, type BergamotModel } from "./bergamot-engine.ts";
import type { Pair, Translated, Translator } from "./translator.ts";

export interface BergamotOptions {
  /** Where the package is installed. */
  readonly folder: string;
  readonly models: readonly BergamotModel[];
  readonly timeoutMs: number;
  readonly idleMs?: number | undefined;
}

/** Of the package: what the engine is called in the log. */
const PROGRAM = { tool: "bergamot", version: "0.4.9" } as const;
const CHILD = fileURLToPath(new URL(`./bergamot-child${extname(import.meta.filename)}`, import.meta.url));
const HEAP_MIB = 256;
/** Of WebAssembly, in pages of 64 KiB: 1 GiB. Two models take about a quarter. */
const WASM_PAGES = 16_384;
const IDLE_MS = 300_000;

/** The engine with an operator's models. */
export class Bergamot implements Translator {
  readonly #options: BergamotOptions;
  #child: ChildProcess | undefined;
  #idle: NodeJS.Timeout | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: BergamotOptions) {
    this.#options = options;
  }

  offers(pair: Pair): boolean {
    return this.#path(pair) !== undefined;
  }

  async translate(texts: readonly string[], pair: Pair): Promise<Translated> {
    const { folder } = this.#options;
    const path = this.#path(pair);
    if (!path) throw new WarifuError("CONFIG_INVALID", "there is no model for these languages");
    if (!hasBergamot(folder))
      throw new WarifuError(
        "SERVICE_UNREACHABLE",
        "the engine that translates is not installed: see its documentation",
      );
    const answer = this.#turn.then(() => this.#run({ folder, texts, path }));
    this.#turn = answer.catch(() => undefined);
    return { texts: await answer, ...PROGRAM, models: path.map(hashOf) };
  }

  /** Ends the process; the next text would start another. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  }

  /** One model, or two by way of a third language. */
  #path({ from, to }: Pair): readonly BergamotModel[] | undefined {
    const { models } = this.#options;
    const direct = models.find((one) => one.from === from && one.to === to);
    if (direct) return [direct];
    for (const first of models.filter((one) => one.from === from)) {
      const second = models.find((one) => one.from === first.to && one.to === to);
      if (second) return [first, second];
    }
    return undefined;
  }

  async #run(job: BergamotJob): Promise<readonly string[]> {
    clearTimeout(this.#idle);
    const child = (this.#child ??= startChild());
    const { promise, resolve, reject } = Promise.withResolvers<BergamotAnswer>();
    const fail = (why: string): void => {
      // The next text starts a new one.
      if (this.#child === child) this.#child = undefined;
      child.kill("SIGKILL");
      reject(new WarifuError("SERVICE_UNREACHABLE", `the engine that translates ${why}`));
    };
    const onEnd = (): void => fail("could not cope with the text");
    const timer = setTimeout(() => fail("took too long"), this.#options.timeoutMs);
    child.once("message", resolve).once("error", onEnd).once("exit", onEnd);
    try {
      child.send(job);
      const answer = await promise;
      if ("texts" in answer) return answer.texts;
      throw new WarifuError(answer.failure.code, answer.failure.message);
    } finally {
      clearTimeout(timer);
      this.#idle = setTimeout(() => void this.close(), this.#options.idleMs ?? IDLE_MS).unref();
      child.off("message", resolve).off("error", onEnd).off("exit", onEnd);
    }
  }
}

/** Of all files of a model, in the order in which the engine takes them. */
function hashOf({ model, shortlist, vocabs }: BergamotModel): string {
  const hashes = [model, shortlist, ...vocabs].map(({ sha256 }) => sha256);
  return createHash("sha256").update(hashes.join("\n")).digest("hex");
}

function startChild(): ChildProcess {
  const child = fork(CHILD, {
    serialization: "advanced",
    env: {},
    execArgv: [`--max-old-space-size=${HEAP_MIB}`, `--wasm-max-mem-pages=${WASM_PAGES}`],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  // The process alone must not keep the service running.
  child.unref();
  child.channel?.unref();
  return child;
}
