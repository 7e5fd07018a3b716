// What citizens' phones send: pictures in pieces, posts, comments; and themes, as officers set them down.

import { createHash, randomUUID } from "node:crypto";

import { expect } from "chai";

import type { AppBrowser } from "../../support/citizens.ts";
import type { TestService } from "../../support/service.ts";
import { call, type CalledAnswer } from "./call.ts";

/** A post as answers have it. */
export interface Post {
  readonly id: string;
  readonly author: { readonly pseudonym: string; readonly tag: string };
  readonly text?: string;
  readonly pictures: readonly { readonly n: number }[];
  readonly comments: number;
  readonly reactions: { readonly smile: number; readonly mine: boolean };
  readonly status?: string;
  readonly moderation?: {
    readonly reason?: string;
    readonly appealable: boolean;
    readonly appealed: boolean;
    readonly outcome?: { readonly decision: string; readonly reason?: string };
  };
  readonly pending?: true;
}

/** A new post. */
export function newPost(more: object = {}): object {
  const words = { text: "El canario de la plaza vuelve a cantar", language: "es" };
  return { key: randomUUID(), category: "street", ...words, reportedAt: "2026-11-29T09:00:00Z", ...more };
}

/** Posts it. @returns its id */
export async function post(browser: AppBrowser, more: object = {}): Promise<string> {
  const answer = await browser.ask("/v1/posts", { value: newPost(more) });
  expect(answer.status, answer.text).to.equal(201);
  return (answer.json as { id: string }).id;
}

/** Sends a picture in pieces. @returns its hash */
export async function upload(browser: AppBrowser, bytes: Buffer, pieceBytes = 1_000): Promise<string> {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  for (let offset = 0; offset < bytes.length; offset += pieceBytes) {
    const answer = await browser.ask(`/v1/uploads/${sha256}`, {
      method: "PUT",
      type: "application/octet-stream",
      headers: { "upload-offset": String(offset), "upload-length": String(bytes.length) },
      body: bytes.subarray(offset, offset + pieceBytes),
    });
    expect(answer.status, answer.text).to.equal(200);
  }
  return sha256;
}

/** A theme. */
export function newTheme(theme: string, more: object = {}): object {
  const words = (text: string) => ({ en: text, es: text, ja: text });
  const said = { titles: words(`Title of ${theme}`), texts: words("Text"), notices: words("Notice") };
  return { theme, ...said, owner: "Participation", visibility: "open", scope: "local", ...more };
}

/** Sets a theme down. */
export async function putTheme(service: TestService, theme: string, more: object = {}): Promise<void> {
  const answer = await call(service, "/v1/themes", { role: "officer", body: JSON.stringify(newTheme(theme, more)) });
  expect(answer.status, answer.text).to.equal(201);
}

/** The posts of an answer. */
export function postsIn({ json }: CalledAnswer): Post[] {
  return [...(json as { posts: readonly Post[] }).posts];
}
