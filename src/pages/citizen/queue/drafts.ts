/**
 * A post while it is being written. Each change is kept at once: a phone may end the app at any moment, and most of all while its
 * camera is open.
 */
import { signal, type ReadonlySignal } from "@preact/signals";
import { language } from "../../texts/language.ts";
import type { PickedPicture } from "../pictures/picked.ts";
import { keepPicture, keepPost, keptPost, type KeptPicture, type KeptPost } from "./kept.ts";
import { noteKept } from "./phone.ts";
import { askToKeep, isForWantOfRoom } from "./storage.ts";

/** Why a draft is not kept. */
export type KeepTrouble = "full" | "lost";

/** A draft that is open. */
export interface Draft {
  readonly post: ReadonlySignal<KeptPost>;
  /** What is wrong with keeping it. */
  readonly trouble: ReadonlySignal<KeepTrouble | undefined>;
  change(part: Partial<KeptPost>): void;
  /** Puts another state of the same post in its place. */
  replace(post: KeptPost): void;
  /** @returns whether it is kept, with its bytes */
  addPicture(picture: PickedPicture): Promise<boolean>;
  changePicture(sha256: string, part: Partial<KeptPicture>): void;
  removePicture(sha256: string): void;
  /** Waits until the last change is kept. @returns whether it is */
  settled(): Promise<boolean>;
}

/** A post with nothing in it yet. */
export function emptyPost(theme = ""): KeptPost {
  return {
    ...{ key: crypto.randomUUID(), state: "draft", begunAt: Date.now(), tries: 0, nextTry: 0 },
    ...{ theme, category: "", text: "", language: language.peek(), area: "", pictures: [] },
  };
}

/** The draft of a key, as it was left, else a new one. */
export async function openDraft(key: string | undefined, theme?: string): Promise<Draft> {
  const kept = key === undefined ? undefined : await keptPost(key).catch(() => undefined);
  return draftOf(kept ? writtenAgain(kept) : emptyPost(theme));
}

/** A post that was refused is a draft again. The service has acknowledged nothing under its key. */
function writtenAgain({ refusal: _, citizen: _citizen, reportedAt: _reportedAt, ...post }: KeptPost): KeptPost {
  return { ...post, state: "draft", tries: 0, nextTry: 0 };
}

function draftOf(begun: KeptPost): Draft {
  const post = signal(begun);
  const keeper = keeperOf(post);
  const replace = (next: KeptPost): void => {
    post.value = next;
    keeper.keep();
  };
  const change = (part: Partial<KeptPost>): void => {
    replace({ ...post.peek(), ...part });
  };
  const others = (sha256: string): KeptPicture[] => post.peek().pictures.filter((one) => one.sha256 !== sha256);
  return {
    ...{ post, change, replace, trouble: keeper.trouble, settled: keeper.settled },
    async addPicture({ sha256, type, bytes }) {
      const { pictures } = post.peek();
      if (pictures.some((one) => one.sha256 === sha256)) return true;
      post.value = { ...post.peek(), pictures: [...pictures, { sha256, type, size: bytes.byteLength, hide: [] }] };
      const isKept = await keeper.next(() => keepPicture(post.peek(), sha256, bytes));
      if (isKept) await askToKeep();
      // What is kept is the post without it; that it is, is no reason to say that all is well.
      else post.value = { ...post.peek(), pictures: others(sha256) };
      return isKept;
    },
    changePicture(sha256, part) {
      change({ pictures: post.peek().pictures.map((one) => (one.sha256 === sha256 ? { ...one, ...part } : one)) });
    },
    removePicture(sha256) {
      change({ pictures: others(sha256) });
    },
  };
}

/** Keeps a post as it is, one change after another; what changes while one is being kept is in the next. */
function keeperOf(post: ReadonlySignal<KeptPost>) {
  const trouble = signal<KeepTrouble | undefined>(undefined);
  let last: Promise<boolean> = Promise.resolve(true);
  let isPlanned = false;
  const kept = async (work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
      trouble.value = undefined;
      noteKept();
      return true;
    } catch (cause) {
      trouble.value = isForWantOfRoom(cause) ? "full" : "lost";
      return false;
    }
  };
  const next = (work: () => Promise<void>): Promise<boolean> => (last = last.then(() => kept(work)));
  const keep = (): void => {
    if (isPlanned) return;
    isPlanned = true;
    void next(() => {
      isPlanned = false;
      return keepPost(post.peek());
    });
  };
  return { trouble, keep, next, settled: () => last };
}

/** Whether there is anything in it. */
export function isEmpty({ text, category, pictures, area, exact }: KeptPost): boolean {
  return text.trim() === "" && category === "" && pictures.length === 0 && area === "" && exact === undefined;
}
