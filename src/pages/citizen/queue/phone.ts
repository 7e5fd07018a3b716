/** What this phone keeps, as the views show it: read again whenever this tab or another one has changed it. */
import { effect, signal } from "@preact/signals";
import { keptComments, keptPosts, keptReceipts, type KeptComment, type KeptPost, type SentPost } from "./kept.ts";

/** What is on this phone; `isLost` where the browser gives nothing of it. */
export const phone = signal<{
  readonly posts: readonly KeptPost[];
  readonly sent: readonly SentPost[];
  readonly comments: readonly KeptComment[];
  readonly isRead: boolean;
  readonly isLost: boolean;
}>({ posts: [], sent: [], comments: [], isRead: false, isLost: false });

/** Rises whenever something was sent: what the service answers may be another thing by then. */
export const changes = signal(0);

const keptChanges = signal(0);
const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("warifu-app") : undefined;

/** Reads from now on whenever something has changed. */
export function startPhone(): void {
  channel?.addEventListener("message", () => keptChanges.value++);
  effect(() => {
    void readAt(keptChanges.value);
  });
}

async function readAt(_change: number): Promise<void> {
  try {
    const [posts, sent, comments] = await Promise.all([keptPosts(), keptReceipts(), keptComments()]);
    phone.value = { posts, sent, comments, isRead: true, isLost: false };
  } catch {
    phone.value = { ...phone.peek(), isRead: true, isLost: true };
  }
}

/** Tells all tabs that the phone keeps something else now. */
export function noteKept(): void {
  keptChanges.value++;
  channel?.postMessage("kept");
}

/** Says that something has been sent: views ask the service again. */
export function noteSent(): void {
  changes.value++;
  noteKept();
}
