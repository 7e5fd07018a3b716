/**
 * Bundles, each with its verdict, in the order in which they were given. The first thousand are judged where they are read;
 * if more come, threads on the other cores take groups of them, and what these have no time for is still judged here.
 *
 * Invariant: a few groups are held, however many bundles there are; and what a thread that ends has not done is done here,
 * so that threads change nothing but the time that it takes.
 */
import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import { WarifuError } from "../core/errors.ts";
import { fastPrimitives } from "../keys/fast-primitives.ts";
import { refusalOf, type GivenBundle } from "./given-bundles.ts";
import { bundleJudge, noBundle, type BundleJudge, type JudgedBundle, type Judging } from "./judge-bundle.ts";
import type { JudgeThreads } from "./judge-threads.ts";
import { primitivesAsNeeded } from "./primitives-as-needed.ts";

/** A bundle that was given, and what it came to. */
export interface Judged {
  readonly given: GivenBundle;
  readonly judged: JudgedBundle;
}

/** A thread takes about as much CPU time to start, and to become as fast as this one, as these take to judge. */
export const WORTH_THREADS = 1_000;
const MOST_THREADS = 7;
/** Enough to be worth a message, and a bound for what is held of large ones. */
const [BUNDLES_IN_A_GROUP, BYTES_OF_A_GROUP] = [64, 1_048_576];
/** Groups that a thread has, with the one that it is at; and groups for each thread that may wait for an earlier one. */
const [GROUPS_AHEAD, GROUPS_HELD] = [2, 6];

/**
 * All of them, judged. Nodes are asked from this thread alone, since it is they who take the time then.
 * @throws what reading throws, after those that were read before; what a view throws
 */
export async function* judgedBundles(
  given: AsyncGenerator<GivenBundle, void, undefined>,
  judging: Judging,
  cores = availableParallelism(),
): AsyncGenerator<Judged, void, undefined> {
  const judge = bundleJudge({ ...judging, here: primitivesAsNeeded(fastPrimitives) });
  const isForThreads = judging.view === undefined && judging.original === undefined && cores > 1;
  const most = isForThreads ? WORTH_THREADS : Infinity;
  try {
    let count = 0;
    for (let next = await given.next(); !next.done; next = await given.next()) {
      yield { given: next.value, judged: await judgeOne(next.value, judge) };
      if (++count === most)
        return yield* withThreads(given, judging, { judge, threads: Math.min(cores - 1, MOST_THREADS) });
    }
  } finally {
    await given.return();
  }
}

async function* withThreads(
  given: AsyncGenerator<GivenBundle, void, undefined>,
  judging: Judging,
  { judge, threads: count }: { readonly judge: BundleJudge; readonly threads: number },
): AsyncGenerator<Judged, void, undefined> {
  // Loaded on demand: most runs are about one bundle.
  const { JudgeThreads } = await import("./judge-threads.ts");
  const threads = new JudgeThreads(judging, count);
  // Threads are heard between bundles: until their answers are taken they have nothing to do.
  const hearing: BundleJudge = async (bytes) => {
    await setImmediate();
    return judge(bytes);
  };
  try {
    yield* judgedByThreads(groupsOf(given), hearing, threads);
  } finally {
    await threads.close();
  }
}

async function judgeOne({ name, bytes }: GivenBundle, judge: BundleJudge): Promise<JudgedBundle> {
  return bytes instanceof WarifuError ? noBundle(bytes) : orRefused(await judge(bytes), name, bytes);
}

/** Looks at what a file is only where it is no bundle: most are, and to be sure of it takes another parser. */
function orRefused(judged: JudgedBundle, name: string, bytes: Uint8Array): JudgedBundle {
  const refusal = judged.hasForm ? undefined : refusalOf(name, bytes);
  return refusal ? noBundle(refusal) : judged;
}

/** Bundles that are judged together. */
type Group = readonly GivenBundle[];

/** A group that may have to wait for those before it. */
class HeldGroup {
  readonly answer: Promise<readonly Judged[]>;
  isAnswered = false;

  constructor(answer: Promise<readonly Judged[]>) {
    this.answer = answer.finally(() => {
      this.isAnswered = true;
    });
  }
}

async function* judgedByThreads(
  groups: AsyncGenerator<Group, void, undefined>,
  judge: BundleJudge,
  threads: JudgeThreads,
): AsyncGenerator<Judged, void, undefined> {
  const held: HeldGroup[] = [];
  let unreadable: { readonly error: unknown } | undefined;
  for (let isMore = true; isMore || held.length > 0;) {
    const first = held[0];
    if (first && (first.isAnswered || !isMore || held.length === GROUPS_HELD * threads.count)) {
      held.shift();
      yield* await first.answer;
      continue;
    }
    const next = await groups.next().catch((error: unknown) => ({ done: true, error }) as const);
    if ("error" in next) unreadable = next;
    isMore = !next.done;
    if (next.done) continue;
    const atThreads = held.filter(({ isAnswered }) => !isAnswered).length;
    if (atThreads < GROUPS_AHEAD * threads.count) held.push(new HeldGroup(askThread(next.value, judge, threads)));
    else held.push(new HeldGroup(Promise.resolve(await judgeAll(next.value, judge))));
  }
  if (unreadable) throw unreadable.error;
}

async function askThread(group: Group, judge: BundleJudge, threads: JudgeThreads): Promise<readonly Judged[]> {
  const bundles = group.flatMap(({ bytes }) => (bytes instanceof WarifuError ? [] : [bytes]));
  const answers = (await threads.judge(bundles))?.values();
  if (!answers) return judgeAll(group, judge);
  const fromThread: BundleJudge = async () => answers.next().value as JudgedBundle;
  return judgeAll(group, fromThread);
}

async function judgeAll(group: Group, judge: BundleJudge): Promise<readonly Judged[]> {
  const judged: Judged[] = [];
  for (const given of group) judged.push({ given, judged: await judgeOne(given, judge) });
  return judged;
}

/** Groups of what is given; what was read before something that cannot be read is a group, too. */
async function* groupsOf(given: AsyncGenerator<GivenBundle, void, undefined>): AsyncGenerator<Group, void, undefined> {
  let [group, length]: [GivenBundle[], number] = [[], 0];
  try {
    for await (const one of given) {
      group.push(one);
      length += one.bytes instanceof WarifuError ? 0 : one.bytes.length;
      if (group.length < BUNDLES_IN_A_GROUP && length < BYTES_OF_A_GROUP) continue;
      yield group;
      [group, length] = [[], 0];
    }
  } catch (error) {
    if (group.length > 0) yield group;
    throw error;
  }
  if (group.length > 0) yield group;
}
