// Many bundles: judged here and on threads, with the same results in the same order.

import { expect } from "chai";

import { WarifuError } from "../../src/core/errors.ts";
import type { GivenBundle } from "../../src/cli/given-bundles.ts";
import type { JudgedBundle, Judging } from "../../src/cli/judge-bundle.ts";
import { judgedBundles, WORTH_THREADS } from "../../src/cli/judged-bundles.ts";
import { JudgeThreads } from "../../src/cli/judge-threads.ts";
import { speak } from "../../src/cli/language.ts";
import type { Language } from "../../src/texts/languages.ts";
import { bundleFixture } from "../support/bundle-fixture.ts";

/** Behind those that are judged before threads start: enough for two groups, and part of a third. */
const COUNT = WORTH_THREADS + 150;
const [REFUTED, UNREADABLE, PICTURE, CUT_OFF] = [7, 11, 13, 17];

describe("many bundles", () => {
  let judging: Judging;
  let bundles: readonly GivenBundle[];
  before(async () => {
    const { bytes, policy } = await bundleFixture();
    judging = { policy, hasDocuments: true };
    const refuted = Buffer.from(Buffer.from(bytes).toString().replace("pothole", "potholf"));
    const others = new Map<number, GivenBundle["bytes"]>([
      [REFUTED, refuted],
      [UNREADABLE, new WarifuError("USAGE", "this is a folder")],
      [PICTURE, Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)],
      [CUT_OFF, bytes.subarray(0, 500)],
    ]);
    bundles = Array.from({ length: COUNT }, (_, i) => ({
      name: `all:${i}`,
      bytes: others.get(i % 50) ?? bytes,
      isNamed: false,
    }));
  });

  async function* given(failure?: Error): AsyncGenerator<GivenBundle, void, undefined> {
    yield* bundles;
    if (failure) throw failure;
  }

  /** What came of all, without what only a bundle that was judged here can do; and whether each was. */
  async function judge(cores: number, failure?: Error) {
    const [names, results, isHere]: [string[], Omit<JudgedBundle, "sayAlone">[], boolean[]] = [[], [], []];
    let thrown: unknown;
    try {
      for await (const { given: one, judged } of judgedBundles(given(failure), judging, cores)) {
        const { sayAlone, ...result } = judged;
        names.push(one.name);
        results.push(result);
        isHere.push(sayAlone !== undefined || judged.refusal !== undefined);
      }
    } catch (error) {
      thrown = error;
    }
    return { names, results, isHere, thrown };
  }

  it("come to the same on threads as on one core, in the order in which they were given", async () => {
    const alone = await judge(1);
    expect(alone.isHere).to.not.include(false);
    expect(alone.results[REFUTED]?.outcome).to.equal("refuted");
    expect(alone.results[UNREADABLE]).to.deep.include({ code: 2, line: "this is a folder" });
    const [picture, cutOff] = [alone.results[PICTURE], alone.results[CUT_OFF]];
    expect(picture?.line).to.match(/^all:13 is not a proof bundle: it is a JPEG picture;/);
    expect(cutOff?.line).to.match(/^all:17 is not a proof bundle: it is cut off before its end;/);
    for (const one of [picture, cutOff]) expect(one).to.include({ code: 2 }).and.not.have.property("outcome");
    const together = await judge(3);
    expect(together.isHere.slice(0, WORTH_THREADS)).to.not.include(false);
    expect(together.isHere.slice(WORTH_THREADS)).to.include(false);
    expect(together.names)
      .to.deep.equal(alone.names)
      .and.deep.equal(bundles.map(({ name }) => name));
    expect(together.results).to.deep.equal(alone.results);
  });

  it("are all judged before it is said that the next one cannot be read", async () => {
    const unreadable = new WarifuError("USAGE", "the disk is gone");
    const { names, thrown } = await judge(2, unreadable);
    expect(names).to.have.length(COUNT);
    expect(thrown).to.equal(unreadable);
  });

  it("are judged here where a thread cannot start", async () => {
    const alone = await judge(1);
    // In a language that has no texts, a thread ends at once; here, it is English.
    await speak("none" as Language).catch(() => undefined);
    try {
      const { results, isHere } = await judge(2);
      expect(isHere).to.not.include(false);
      expect(results).to.deep.equal(alone.results);
    } finally {
      await speak("en");
    }
  });

  it("are nobody's when their thread is ended", async () => {
    const threads = new JudgeThreads(judging, 1);
    const { bytes } = bundles[0] as { bytes: Uint8Array };
    expect(await threads.judge([bytes])).to.have.length(1);
    const answer = threads.judge(Array.from({ length: 1_000 }, () => bytes));
    await new Promise(setImmediate);
    await threads.close();
    expect(await answer).to.equal(undefined);
  });
});
