/** A thread of judge-threads.ts: judges the bundles of a group, one after another. */
import { workerData } from "node:worker_threads";
import { fastPrimitives } from "../keys/fast-primitives.ts";
import { doJobs } from "../serve/own-thread.ts";
import { bundleJudge } from "./judge-bundle.ts";
import type { JudgeAnswer, JudgeJob, JudgeThreadData } from "./judge-threads.ts";
import { speak } from "./language.ts";

const { policy, hasDocuments, language } = workerData as JudgeThreadData;
await speak(language);
const judge = bundleJudge({ policy, hasDocuments, here: await fastPrimitives() });

doJobs<JudgeJob, JudgeAnswer>(async ({ bytes, ends }) => {
  const judged: JudgeAnswer[number][] = [];
  let begin = 0;
  for (const end of ends) {
    const { sayAlone: _unsendable, ...answer } = await judge(bytes.subarray(begin, end));
    judged.push(answer);
    begin = end;
  }
  return judged;
});
