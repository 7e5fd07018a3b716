/**
 * Sends what waits on this phone: at the start, when a network comes, when the app comes into view, after each post, and when
 * somebody presses the button. Nothing hangs on the browser doing it in the background, which some never do.
 * Invariant: a post leaves the phone only when the service has acknowledged it; sent twice, it is the same one by its key.
 */
import { effect, signal } from "@preact/signals";
import { send, type Failure } from "../api.ts";
import { sessionEnded, whoIsHere } from "../session.ts";
import { meaningOf, waitAfter } from "./backoff.ts";
import { keepPost, keepReceipt, keptPicture, keptPost, keptPosts, type KeptPost } from "./kept.ts";
import { noteSent } from "./phone.ts";
import { uploadPicture } from "./upload.ts";

/** The post that is on its way, and how much of its pictures has arrived. */
export const underWay = signal<{ readonly key: string; readonly share: number } | undefined>(undefined);

const LOCK = "warifu-app-sending";

let timer: ReturnType<typeof setTimeout> | undefined;

/** Sends at these moments from now on. */
export function startSending(): void {
  addEventListener("online", () => void sendWaiting({ isByHand: true }));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) void sendWaiting();
  });
  // What waits belongs to somebody: who is here decides what is sent.
  effect(() => {
    if (whoIsHere()) void sendWaiting();
  });
}

/** Sends what waits, one post after another. @param isByHand also what is not due yet */
export async function sendWaiting({ isByHand = false } = {}): Promise<void> {
  clearTimeout(timer);
  await alone(async () => {
    const citizen = whoIsHere()?.id;
    const waiting = (await keptPosts().catch(() => [])).filter(({ state }) => state === "waiting");
    for (const { key } of waiting) {
      // While others were sent, it may have been thrown away.
      const post = await keptPost(key).catch(() => undefined);
      if (post?.state !== "waiting") continue;
      if (post.citizen !== citizen || (!isByHand && (post.refusal !== undefined || post.nextTry > Date.now())))
        continue;
      if ((await sendKept(post)) === "stop") break;
    }
  });
  await planNext();
}

/** One tab at a time, and in it one run at a time. */
async function alone(work: () => Promise<void>): Promise<void> {
  // Where there are no locks, two tabs may send the same post: the service takes it once.
  if (!("locks" in navigator)) return work();
  await navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
    if (lock) await work();
  });
}

/** Wakes up when the next one is due. */
async function planNext(): Promise<void> {
  const citizen = whoIsHere()?.id;
  const due = (await keptPosts().catch(() => []))
    .filter((post) => post.state === "waiting" && post.refusal === undefined && post.citizen === citizen)
    .map(({ nextTry }) => nextTry);
  if (due.length === 0) return;
  clearTimeout(timer);
  timer = setTimeout(() => void sendWaiting(), Math.max(1_000, Math.min(...due) - Date.now()));
}

/** Sends one. @returns `stop` where the next one would fare no better */
async function sendKept(post: KeptPost): Promise<"go-on" | "stop"> {
  underWay.value = { key: post.key, share: 0 };
  try {
    const outcome = await sendPost(post, (sha256) => keptPicture(post.key, sha256));
    if ("id" in outcome) {
      await keepReceipt({
        ...{ key: post.key, id: outcome.id, sentAt: Date.now() },
        pictures: post.pictures.map(({ sha256 }) => sha256),
      });
      return "go-on";
    }
    return await noteFailure(post, outcome);
  } catch {
    // The store of the phone gives nothing at present; the post is as it was.
    return "stop";
  } finally {
    underWay.value = undefined;
    noteSent();
  }
}

async function noteFailure(post: KeptPost, failure: Failure): Promise<"go-on" | "stop"> {
  const { status, code, detail } = failure;
  switch (meaningOf(failure, post.tries)) {
    case "signed-out":
      sessionEnded();
      return "stop";
    case "refused": {
      const refusal = { status, ...(code !== undefined && { code }), ...(detail !== undefined && { detail }) };
      await keepPost({ ...post, refusal });
      return "go-on";
    }
    case "later":
      await keepPost({ ...post, tries: post.tries + 1, nextTry: Date.now() + waitAfter(post.tries, failure) });
      return status === 0 || status === 429 || status >= 500 ? "stop" : "go-on";
  }
}

/**
 * Pictures first, then the post that names them. If it was tried before, the service may have it, and only its answer was lost:
 * then no picture goes up again.
 * @param bytesOf gives the bytes of a picture by its hash
 * @returns the record's id, or why there is none
 */
async function sendPost(post: KeptPost, bytesOf: BytesOf): Promise<{ readonly id: string } | Failure> {
  if (post.tries > 0 && post.pictures.length > 0) {
    const known = await sendWords(post);
    if ("id" in known || !isRefusal(known)) return known;
  }
  return (await sendPictures(post, bytesOf)) ?? sendWords(post);
}

type BytesOf = (sha256: string) => Promise<ArrayBuffer | undefined>;

/** Of the post as it is, not of the line or the account. */
function isRefusal({ status }: Failure): boolean {
  return status >= 400 && status < 500 && status !== 401 && status !== 429;
}

/** @returns why not all of them are there; nothing when they are */
async function sendPictures({ key, pictures }: KeptPost, bytesOf: BytesOf): Promise<Failure | undefined> {
  const sizes = pictures.map(({ size }) => size);
  const whole = Math.max(
    1,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  let before = 0;
  for (const { sha256, size } of pictures) {
    const bytes = await bytesOf(sha256);
    if (!bytes) return { status: 400, code: "PICTURE_LOST" };
    const failure = await uploadPicture(sha256, bytes, (arrived) => {
      underWay.value = { key, share: (before + arrived) / whole };
    });
    if (failure) return failure;
    before += size;
  }
  return undefined;
}

async function sendWords(post: KeptPost): Promise<{ readonly id: string } | Failure> {
  const answer = await send<{ readonly id: string }>("POST", "/v1/posts", asSent(post));
  return "value" in answer ? answer.value : answer.failure;
}

/** A post as the service takes it: nothing of what is empty. */
function asSent({ key, category, theme, text, language, area, exact, reportedAt, pictures }: KeptPost): object {
  return {
    ...{ key, category, reportedAt },
    ...(theme !== "" && { theme }),
    ...(text !== "" && { text, language }),
    ...(area !== "" && { area }),
    ...exact,
    pictures: pictures.map(({ sha256, hide }) => ({ sha256, ...(hide.length > 0 && { hide }) })),
  };
}
