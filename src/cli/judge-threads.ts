/** Threads that judge bundles beside each other, each one group after another. */
import { extname } from "node:path";
import { joinBytes } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { OwnThread } from "../serve/own-thread.ts";
import type { Language } from "../texts/languages.ts";
import type { JudgedBundle, Judging } from "./judge-bundle.ts";
import { language } from "./language.ts";

/** What a thread is told at its start. */
export interface JudgeThreadData extends Pick<Judging, "policy" | "hasDocuments"> {
  readonly language: Language;
}

/** Bundles, one behind the other: as single values, each would be copied with the memory around it. */
export interface JudgeJob {
  readonly bytes: Uint8Array;
  /** Where each of them ends. */
  readonly ends: readonly number[];
}

/** What a thread says of each. */
export type JudgeAnswer = readonly Omit<JudgedBundle, "sayAlone">[];

type JudgeThread = OwnThread<JudgeJob, JudgeAnswer>;

/** The threads of one run. Close them after it. */
export class JudgeThreads {
  readonly #threads: readonly JudgeThread[];
  #next = 0;

  /** @param judging no view and no original */
  constructor({ policy, hasDocuments }: Judging, count: number) {
    const data: JudgeThreadData = { policy, hasDocuments, language: language() };
    this.#threads = Array.from({ length: count }, () => threadWith(data));
  }

  get count(): number {
    return this.#threads.length;
  }

  /** Has the next thread judge them. @returns undefined when it failed, which says nothing about the bundles */
  async judge(bundles: readonly Uint8Array[]): Promise<JudgeAnswer | undefined> {
    const thread = this.#threads[this.#next++ % this.count] as JudgeThread;
    let end = 0;
    const ends = bundles.map(({ length }) => (end += length));
    try {
      const bytes = joinBytes(bundles);
      return await thread.run({ bytes, ends }, [bytes.buffer as ArrayBuffer]);
    } catch (error) {
      if (error instanceof WarifuError) return undefined;
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }
}

function threadWith(data: JudgeThreadData): JudgeThread {
  return new OwnThread({
    script: new URL(`./judge-thread${extname(import.meta.filename)}`, import.meta.url),
    data,
    // Far more than are ever given ahead.
    mostWaiting: 1_000,
    // The largest bundle takes a fraction of a second.
    longestMs: 60_000,
    heapMib: 256,
    says: { tooMany: "too many bundles wait for a thread", tooLate: "a thread could not judge its bundles in time" },
  });
}
