/**
 * What the phone keeps: drafts, posts that wait to be sent, receipts of those that were, and comments that were not sent.
 * It survives a restart of the browser or the phone. Pictures are kept as plain bytes, because some browsers lose what is
 * kept as a File.
 *
 * Invariant: a post is kept, with all its pictures, until the service has acknowledged it or its writer has thrown it away.
 */
import type { Box } from "../pictures/boxes.ts";

/** A post on this phone. */
export interface KeptPost {
  /** Made here, before anything is kept: the service takes each key once, however often the post arrives. */
  readonly key: string;
  readonly state: "draft" | "waiting";
  /** When it was begun; milliseconds, by the phone's clock. */
  readonly begunAt: number;
  /** Who sends it; set when it is to be sent. */
  readonly citizen?: string;
  /** RFC 3339; set when it is to be sent. */
  readonly reportedAt?: string;
  readonly theme: string;
  readonly category: string;
  readonly text: string;
  readonly language: string;
  readonly area: string;
  /** Where exactly; nobody but the city gets it. */
  readonly exact?: { readonly latitude: number; readonly longitude: number };
  readonly pictures: readonly KeptPicture[];
  /** How often it was tried in vain since it last got on. */
  readonly tries: number;
  /** Not before; milliseconds. */
  readonly nextTry: number;
  /** Why the service did not take it: nothing is tried again by itself then. */
  readonly refusal?: { readonly status: number; readonly code?: string; readonly detail?: string };
}

/** What is known of a picture besides its bytes. */
export interface KeptPicture {
  /** Of the bytes as they are sent; hexadecimal. */
  readonly sha256: string;
  readonly type: string;
  readonly size: number;
  readonly hide: readonly Box[];
}

/** The receipt of a post that the service has acknowledged. */
export interface SentPost {
  readonly key: string;
  /** Of the record. */
  readonly id: string;
  /** Milliseconds, by the phone's clock. */
  readonly sentAt: number;
  readonly pictures: readonly string[];
}

/** A comment that was not sent, or not yet: one of each account under each post. */
export interface KeptComment {
  readonly citizen: string;
  readonly post: string;
  /** Made here: the service takes each key once. */
  readonly key: string;
  readonly text: string;
  readonly language: string;
  /** Whether it was to be sent and was not. */
  readonly isTried: boolean;
}

interface PictureRow {
  readonly post: string;
  readonly sha256: string;
  readonly bytes: ArrayBuffer;
}

const NAME = "warifu-app";
const VERSION = 2;
const [POSTS, PICTURES, SENT, COMMENTS] = ["posts", "pictures", "sent", "comments"] as const;
const KEYS = { [POSTS]: "key", [PICTURES]: ["post", "sha256"], [SENT]: "key", [COMMENTS]: ["citizen", "post"] };
const STORES = Object.keys(KEYS);

let opening: Promise<IDBDatabase> | undefined;

function opened(): Promise<IDBDatabase> {
  opening ??= open().catch((cause: unknown) => {
    opening = undefined;
    throw cause;
  });
  return opening;
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      const { result } = request;
      for (const [name, keyPath] of Object.entries(KEYS))
        if (!result.objectStoreNames.contains(name)) result.createObjectStore(name, { keyPath });
    };
    request.onerror = () => {
      reject(reasonOf(request.error));
    };
    request.onsuccess = () => {
      // Some browsers close it while they sleep: the next one who asks opens it again.
      request.result.onclose = () => (opening = undefined);
      // A newer app in another tab keeps something more: it must not wait for this one.
      request.result.onversionchange = () => {
        request.result.close();
        opening = undefined;
      };
      resolve(request.result);
    };
  });
}

/** A transaction that is durable when it resolves. @throws DOMException such as `QuotaExceededError` */
async function within<T>(
  mode: "readonly" | "readwrite",
  work: (store: (name: string) => IDBObjectStore) => IDBRequest<T> | undefined,
): Promise<T | undefined> {
  const database = await opened();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORES, mode, { durability: "strict" });
    const request = work((name) => transaction.objectStore(name));
    transaction.oncomplete = () => {
      resolve(request?.result);
    };
    transaction.onabort = () => {
      reject(reasonOf(transaction.error));
    };
  });
}

function reasonOf(error: DOMException | null): DOMException {
  return error ?? new DOMException("what was to be kept was not", "AbortError");
}

const picturesUnder = (key: string): IDBKeyRange => IDBKeyRange.bound([key], [key, []]);

/** All posts on this phone, the oldest first. */
export async function keptPosts(): Promise<KeptPost[]> {
  const found = await within<KeptPost[]>("readonly", (store) => store(POSTS).getAll() as IDBRequest<KeptPost[]>);
  return (found ?? []).sort((a, b) => a.begunAt - b.begunAt);
}

/** A post, as long as it is here. */
export async function keptPost(key: string): Promise<KeptPost | undefined> {
  return within<KeptPost | undefined>("readonly", (store) => store(POSTS).get(key) as IDBRequest<KeptPost | undefined>);
}

/** Posts that were thrown away here: what was still to be kept of one, such as a picture, must not bring it back. */
const thrownAway = new Set<string>();

/** Keeps a post in the place of what was kept under its key, and forgets pictures that it no longer has. */
export async function keepPost(post: KeptPost): Promise<void> {
  await within("readwrite", (store) => {
    if (thrownAway.has(post.key)) return undefined;
    store(POSTS).put(post);
    forgetOthers(store(PICTURES), post);
    return undefined;
  });
}

function forgetOthers(pictures: IDBObjectStore, { key, pictures: kept }: KeptPost): void {
  const keys = pictures.getAllKeys(picturesUnder(key));
  keys.onsuccess = () => {
    for (const one of keys.result as [string, string][])
      if (!kept.some(({ sha256 }) => sha256 === one[1])) pictures.delete(one);
  };
}

/** Keeps a picture together with the post that has it now. */
export async function keepPicture(post: KeptPost, sha256: string, bytes: ArrayBuffer): Promise<void> {
  await within("readwrite", (store) => {
    if (thrownAway.has(post.key)) return undefined;
    store(PICTURES).put({ post: post.key, sha256, bytes } satisfies PictureRow);
    store(POSTS).put(post);
    return undefined;
  });
}

/** The bytes of a picture. */
export async function keptPicture(post: string, sha256: string): Promise<ArrayBuffer | undefined> {
  const row = await within<PictureRow | undefined>(
    "readonly",
    (store) => store(PICTURES).get([post, sha256]) as IDBRequest<PictureRow | undefined>,
  );
  return row?.bytes;
}

/** Throws a post away. */
export async function forgetPost(key: string): Promise<void> {
  thrownAway.add(key);
  await within("readwrite", (store) => {
    store(POSTS).delete(key);
    store(PICTURES).delete(picturesUnder(key));
    return undefined;
  });
}

/** The service has acknowledged a post: its receipt is kept in its place. */
export async function keepReceipt(sent: SentPost): Promise<void> {
  await within("readwrite", (store) => {
    store(SENT).put(sent);
    store(POSTS).delete(sent.key);
    store(PICTURES).delete(picturesUnder(sent.key));
    return undefined;
  });
}

/** Receipts of what was sent from this phone, the newest first. */
export async function keptReceipts(): Promise<SentPost[]> {
  const found = await within<SentPost[]>("readonly", (store) => store(SENT).getAll() as IDBRequest<SentPost[]>);
  return (found ?? []).sort((a, b) => b.sentAt - a.sentAt);
}

/** Comments that were not sent from this phone. */
export async function keptComments(): Promise<KeptComment[]> {
  const all = (store: (name: string) => IDBObjectStore) => store(COMMENTS).getAll() as IDBRequest<KeptComment[]>;
  return (await within<KeptComment[]>("readonly", all)) ?? [];
}

/** Keeps a comment in place of the one that the account had under that post; without text, there is none any more. */
export async function keepComment(comment: KeptComment): Promise<void> {
  const { citizen, post, text } = comment;
  await within("readwrite", (store) => {
    if (text.trim() === "") store(COMMENTS).delete([citizen, post]);
    else store(COMMENTS).put(comment);
    return undefined;
  });
}

/** Forgets all that this phone keeps, such as when an account is removed. */
export async function forgetEverything(): Promise<void> {
  await within("readwrite", (store) => {
    for (const name of STORES) store(name).clear();
    return undefined;
  });
}
