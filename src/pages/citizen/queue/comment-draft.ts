/**
 * A comment while it is written: kept at each change, there again in the same field, and the same one however often it is sent.
 */
import { useSignal, type ReadonlySignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { language } from "../../texts/language.ts";
import { send, type Answer } from "../api.ts";
import { keepComment, keptComments, type KeptComment } from "./kept.ts";
import { noteKept, noteSent } from "./phone.ts";

/** The comment of an account under a post, both of which stay the same for as long as its form is there. */
export interface CommentDraft {
  readonly comment: ReadonlySignal<KeptComment>;
  write(text: string): void;
  /** Sends it; what could not be sent is kept. */
  send(): Promise<Answer<unknown>>;
}

export function useCommentDraft(citizen: string, post: string): CommentDraft {
  const comment = useSignal(emptyComment(citizen, post));
  useEffect(() => {
    void keptCommentOf(citizen, post).then((kept) => {
      // Somebody may have begun to write meanwhile.
      if (kept && comment.peek().text === "") comment.value = kept;
    });
  }, []);
  return {
    comment,
    write(text) {
      const before = comment.peek();
      // Under the former key the service may have the former words.
      const key = before.isTried ? crypto.randomUUID() : before.key;
      comment.value = { ...before, key, text, language: language.peek(), isTried: false };
      void keep(comment.peek());
    },
    async send() {
      const answer = await sendComment(comment.peek());
      comment.value = "value" in answer ? emptyComment(citizen, post) : { ...comment.peek(), isTried: true };
      return answer;
    },
  };
}

/** Sends a comment that is kept, which is gone from the phone then. */
export async function sendComment(comment: KeptComment): Promise<Answer<unknown>> {
  const { key, post, text, language: written } = comment;
  // Before it goes: an app that ends now finds it again.
  await keep({ ...comment, isTried: true });
  const value = { key, text: text.trim(), language: written };
  const answer = await send("POST", `/v1/posts/${post}/comments`, value);
  if (!("value" in answer)) return answer;
  await forgetComment(comment);
  noteSent();
  return answer;
}

/** Throws it away. */
export function forgetComment(comment: KeptComment): Promise<void> {
  return keep({ ...comment, text: "" });
}

function emptyComment(citizen: string, post: string): KeptComment {
  return { citizen, post, key: crypto.randomUUID(), text: "", language: language.peek(), isTried: false };
}

async function keptCommentOf(citizen: string, post: string): Promise<KeptComment | undefined> {
  const all = await keptComments().catch(() => []);
  return all.find((one) => one.citizen === citizen && one.post === post);
}

/** Where the browser keeps nothing, it stays in its field. */
async function keep(comment: KeptComment): Promise<void> {
  await keepComment(comment).catch(() => undefined);
  noteKept();
}
