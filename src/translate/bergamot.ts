/**
 * Translates with Bergamot in a process of its own, with bounds on its memory and its time: a text or a model that ends the
 * engine costs that process and nothing else.
 */
import { createHash } from "node:crypto";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { WarifuError } from "../core/errors.ts";
import { OwnProcess } from "../serve/own-process.ts";
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
  readonly #process: OwnProcess<BergamotJob, BergamotAnswer>;

  constructor(options: BergamotOptions) {
    this.#options = options;
    this.#process = new OwnProcess({
      ...{ script: CHILD, heapMib: HEAP_MIB, wasmPages: WASM_PAGES, idleMs: options.idleMs ?? IDLE_MS },
      errors: { tooLate: () => failed("took too long"), ended: () => failed("could not cope with the text") },
    });
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
    const answer = await this.#process.run({ folder, texts, path }, this.#options.timeoutMs);
    if ("failure" in answer) throw new WarifuError(answer.failure.code, answer.failure.message);
    return { texts: answer.texts, ...PROGRAM, models: path.map(hashOf) };
  }

  /** Ends the process; the next text would start another. */
  close(): Promise<void> {
    return this.#process.close();
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
}

function failed(why: string): WarifuError {
  return new WarifuError("SERVICE_UNREACHABLE", `the engine that translates ${why}`);
}

/** Of all files of a model, in the order in which the engine takes them. */
function hashOf({ model, shortlist, vocabs }: BergamotModel): string {
  const hashes = [model, shortlist, ...vocabs].map(({ sha256 }) => sha256);
  return createHash("sha256").update(hashes.join("\n")).digest("hex");
}
