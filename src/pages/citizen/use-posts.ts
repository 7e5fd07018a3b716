/** The timeline, page by page. What was read stays while more is read; whatever is new is on top when it is asked for again. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Post } from "./answers.ts";
import { ask, type Failure } from "./api.ts";
import { changes } from "./queue/phone.ts";

interface Page {
  readonly posts: readonly Post[];
  readonly next?: string | number;
}

/** What there is so far. */
export interface Posts {
  readonly posts: readonly Post[] | undefined;
  readonly failure: Failure | undefined;
  /** Where it goes on; nothing at the end. */
  readonly next: string | number | undefined;
  /** Whether it is going on. */
  readonly isBusy: boolean;
  goOn(): void;
}

const AT_ONCE = "20";

/** Asks for posts that fit. */
export function usePosts(query: Readonly<Record<string, string>>): Posts {
  const pages = useSignal<readonly Page[]>([]);
  const failure = useSignal<Failure | undefined>(undefined);
  const isRead = useSignal(false);
  const isBusy = useSignal(false);
  const change = changes.value;
  const next = pages.value.at(-1)?.next;
  const look = async (before: Page["next"], signal?: AbortSignal): Promise<void> => {
    const given = { ...query, limit: AT_ONCE, ...(before !== undefined && { before: String(before) }) };
    const wanted = Object.entries(given).filter(([, value]) => value !== "");
    const answer = await ask<Page>(`/v1/timeline?${new URLSearchParams(wanted).toString()}`, signal);
    // The list may have been read anew meanwhile: what follows the former one would leave a gap in it.
    if (signal?.aborted || (before !== undefined && before !== pages.peek().at(-1)?.next)) return;
    failure.value = "failure" in answer ? answer.failure : undefined;
    if (!("value" in answer)) return;
    isRead.value = true;
    pages.value = before === undefined ? [answer.value] : [...pages.peek(), answer.value];
  };
  useEffect(() => {
    const end = new AbortController();
    void look(undefined, end.signal);
    return () => {
      end.abort();
    };
  }, [change]);
  const goOn = async (): Promise<void> => {
    if (isBusy.peek()) return;
    isBusy.value = true;
    await look(next);
    isBusy.value = false;
  };
  return {
    posts: isRead.value ? onceEach(pages.value.flatMap(({ posts }) => posts)) : undefined,
    failure: failure.value,
    next,
    isBusy: isBusy.value,
    goOn: () => void goOn(),
  };
}

/** While pages are read, new posts move the others down. */
function onceEach(posts: readonly Post[]): readonly Post[] {
  return [...new Map(posts.map((post) => [post.id, post])).values()];
}
