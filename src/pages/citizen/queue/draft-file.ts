/**
 * A draft as a file, for when the phone has no room or may forget it: a line of JSON, and after it the bytes of the pictures, as
 * they are, in the order in which the line names them.
 */
import { hashOf } from "../pictures/picked.ts";
import { emptyPost } from "./drafts.ts";
import { keepPicture, keptPicture, type KeptPicture, type KeptPost } from "./kept.ts";
import { noteKept } from "./phone.ts";

const FORMAT = "warifu-draft/1";
/** What such files are called. */
export const DRAFT_ENDING = ".warifu-draft";

type Written = Pick<KeptPost, "theme" | "category" | "text" | "language" | "area" | "exact" | "pictures">;

/** The file of a draft, as far as its pictures are here. */
export async function draftFile(post: KeptPost): Promise<Blob> {
  const { theme, category, text, language, area, exact } = post;
  const found = await Promise.all(
    post.pictures.map(async (one) => ({ one, bytes: await keptPicture(post.key, one.sha256) })),
  );
  const here = found.filter((each): each is { one: KeptPicture; bytes: ArrayBuffer } => each.bytes !== undefined);
  const written: Written = {
    ...{ theme, category, text, language, area, pictures: here.map(({ one }) => one) },
    ...(exact && { exact }),
  };
  return new Blob([`${JSON.stringify({ format: FORMAT, ...written })}\n`, ...here.map(({ bytes }) => bytes)]);
}

/** Keeps what is in such a file as a draft of its own. @returns its key; nothing where the file is no draft */
export async function keptFromFile(file: Blob): Promise<string | undefined> {
  const bytes = await file.arrayBuffer();
  const end = new Uint8Array(bytes).indexOf(0x0a);
  const written = end < 0 ? undefined : writtenIn(new TextDecoder().decode(bytes.slice(0, end)));
  if (!written) return undefined;
  let post: KeptPost = { ...emptyPost(), ...written, pictures: [] };
  let at = end + 1;
  for (const picture of written.pictures) {
    const part = bytes.slice(at, at + picture.size);
    at += picture.size;
    // A file that was cut off or altered gives the pictures that are whole.
    if ((await hashOf(part)) !== picture.sha256) continue;
    post = { ...post, pictures: [...post.pictures, picture] };
    await keepPicture(post, picture.sha256, part);
  }
  if (post.pictures.length === 0 && post.text === "") return undefined;
  noteKept();
  return post.key;
}

function writtenIn(line: string): Written | undefined {
  try {
    const { format, ...written } = JSON.parse(line) as Written & { readonly format: unknown };
    return format === FORMAT && Array.isArray(written.pictures) ? written : undefined;
  } catch {
    return undefined;
  }
}
