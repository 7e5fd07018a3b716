// The timeline of many posts, some with pictures: how long a page, a picture and a new post take, what a post costs, and how long
// a restart reads; and whether memory stays as it is. A few posts in every run; `npm run soak -- timeline` makes it 100,000 of
// 10,000 citizens and holds them to their times, with a picture in as many of 100 posts as somebody says.

import { randomBytes } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import sharp from "sharp";

import type { JsonObject } from "../../src/core/json.ts";
import { PostIndex } from "../../src/posts/post-index.ts";
import { PictureProcess } from "../../src/pictures/picture-process.ts";
import type { Picture } from "../../src/write/pictured-value.ts";
import { PicturedValue } from "../../src/write/pictured-value.ts";
import { post, upload } from "../http/support/posting.ts";
import { phonePhoto } from "../pictures/support/draw.ts";
import { joinedCitizen, noticesInForce, type AppBrowser } from "../support/citizens.ts";
import { MemoryWatch, slopeOf } from "../support/memory-watch.ts";
import { startService, type TestService } from "../support/service.ts";

const POSTS = Number(process.env["WARIFU_TIMELINE_POSTS"] ?? 2_000);
const isMeasured = process.env["WARIFU_TIMELINE_POSTS"] !== undefined;
const [CITIZENS, ROUNDS, BATCH] = [isMeasured ? 10_000 : 50, isMeasured ? 400 : 20, 2_000];
/** So many of 100 posts have a picture. */
const PICTURED = Number(process.env["WARIFU_TIMELINE_PICTURED"] ?? (isMeasured ? 5 : 0.5));
/** Requests between two looks at the memory, and how many looks: first it fills, then it has to stay. */
const [REQUESTS_A_LOOK, LOOKS] = isMeasured ? [500, 20] : [20, 5];
/** How much memory a post may take, and how much may be left of a request, in bytes. */
const [MOST_A_POST, MOST_A_REQUEST] = [2_000, 200];
/** What the app promises, in milliseconds. */
const [MOST_FOR_PAGE, MOST_FOR_POST] = [100, 300];
const CATEGORIES = ["smile", "street", "lighting", "waste", "green"];

describe("the slope of memory", () => {
  it("is that of the line which fits best, whatever single looks say", () => {
    expect(slopeOf([1, 2, 3, 4].map((x) => [x, 5 + 3 * x]))).to.be.closeTo(3, 1e-9);
    const flat = slopeOf([0, 1, 2, 3].map((x) => [x, 7 + (x % 2 === 0 ? 1 : -1)]));
    expect(Math.abs(flat)).to.be.lessThan(0.5);
    expect([slopeOf([]), slopeOf([[1, 1]])]).to.deep.equal([0, 0]);
  });
});

describe(`a timeline of ${POSTS} posts`, () => {
  const decoding = new PictureProcess();
  let service: TestService;
  let pictured: readonly string[] = [];
  const filling = new MemoryWatch();
  const figures: string[] = [];

  before(async function () {
    this.timeout(isMeasured ? 14_400_000 : 900_000);
    service = await startService({
      city: "santander",
      faceHider: () => ({ tool: "test", version: "1", hide: (bytes: Uint8Array) => decoding.copy(bytes, []) }),
      logLevel: "silent",
      limits: { ratePerMinute: 1e9, signInsPerMinute: 1e9 },
    });
    service.publishing.start();
    const authors = await consenting(CITIZENS);
    const pictures = await service.ledger.pictures.receive([await phonePhoto(640, 480)]);
    const ids: string[] = [];
    for (let at = 0; at < POSTS; at += BATCH) {
      filling.sample(at);
      const values = Array.from({ length: Math.min(BATCH, POSTS - at) }, (_, n) => ({
        ...{ type: "citizen-report", source: "app", key: `k${at + n}` },
        claims: {
          ...{ category: CATEGORIES[(at + n) % CATEGORIES.length]!, area: "centro", language: "es" },
          ...{ text: `La fuente número ${at + n} de la plaza vuelve a funcionar y alegra a todo el barrio.` },
          ...{ reportedAt: "2026-11-29T09:00:00Z", reporterId: authors[(at * 7 + n) % authors.length]! },
        },
      }));
      const outcomes = await service.ledger.submit(values.map((value, n) => withPicture(value, at + n, pictures)));
      for (const [n, outcome] of outcomes.entries()) {
        if (!outcome.ok) throw outcome.error;
        if (isPictured(at + n)) ids.push(outcome.acknowledgement.id);
      }
      // A queue of pictures that are to be published is not what posts take.
      pictured = ids;
      await service.posts!.index.now();
      await service.publishing.settled();
    }
    await allPublished();
    filling.sample(POSTS);
    figures.push(...filling.lines("posts"));
  });
  after(async () => {
    await service.stop();
    await decoding.close();
    if (isMeasured) process.stdout.write(figures.map((line) => `      ${line}\n`).join(""));
  });

  const isPictured = (n: number): boolean => Math.ceil(((n + 1) * PICTURED) / 100) > Math.ceil((n * PICTURED) / 100);
  const withPicture = (value: JsonObject, n: number, pictures: readonly Picture[]): JsonObject | PicturedValue =>
    isPictured(n)
      ? new PicturedValue({ ...value, claims: { ...(value["claims"] as JsonObject), pictures: [{}] } }, pictures)
      : value;

  /** Posts are shown once their pictures' copies are there. */
  async function allPublished(): Promise<void> {
    const { index, published } = service.posts!;
    await index.now();
    const begun = performance.now();
    for (const id of pictured)
      while (!published.hasCopies(index.post(id)!)) await new Promise((resolve) => setTimeout(resolve, 20));
    figures.push(`${pictured.length} pictures published after ${((performance.now() - begun) / 1_000).toFixed(1)} s`);
  }

  async function consenting(count: number): Promise<string[]> {
    await noticesInForce(service);
    const { accounts, consents } = service.citizens!;
    const ids: string[] = [];
    for (let at = 0; at < count; at++) {
      const passkey = { credentialId: `c${at}`, publicKey: new Uint8Array(8), counter: 0, transports: [] };
      const words = { pseudonym: `P${at}`, ageBand: "18-64", language: "es" };
      const { citizen } = await accounts.add(accounts.newId(), words, passkey);
      await consents.give(citizen, { purpose: "publish", noticeVersion: 1, language: "es" });
      ids.push(citizen.citizenId);
    }
    return ids;
  }

  /** The value that 99 of 100 do not exceed. */
  async function p99(what: string, act: (round: number) => Promise<unknown>, rounds = ROUNDS): Promise<number> {
    const times: number[] = [];
    const cpu = process.cpuUsage();
    for (let round = 0; round < rounds; round++) {
      const begun = performance.now();
      await act(round);
      times.push(performance.now() - begun);
    }
    const { user, system } = process.cpuUsage(cpu);
    times.sort((a, b) => a - b);
    const at = (share: number): number => times[Math.min(rounds - 1, Math.floor(rounds * share))]!;
    const ms = (value: number): string => `${value.toFixed(1)} ms`;
    figures.push(`${what}: p50 ${ms(at(0.5))}, p99 ${ms(at(0.99))}, CPU ${ms((user + system) / 1_000 / rounds)} each`);
    return at(0.99);
  }

  const get = async (path: string): Promise<void> => {
    const response = await fetch(`${service.url}${path}`);
    expect(response.status).to.equal(200);
    const { posts } = (await response.json()) as { posts?: readonly unknown[] };
    if (posts) expect(posts).to.have.length(20);
  };

  it("gives a page within its time, wherever it begins and whatever it is of", async () => {
    const last = service.log.tree.publishedSize;
    const slowest = Math.max(
      await p99("the newest 20", () => get("/v1/timeline")),
      await p99("20 of a category", (round) => get(`/v1/timeline?category=${CATEGORIES[round % CATEGORIES.length]}`)),
      await p99("20 from anywhere", (round) => get(`/v1/timeline?before=${last - ((round * 7_919) % (POSTS - 100))}`)),
    );
    if (isMeasured) expect(slowest).to.be.lessThan(MOST_FOR_PAGE);
  });

  it("gives a picture's copy within its time", async () => {
    const slowest = await p99("a picture", async (round) => {
      const id = pictured[(round * 7) % pictured.length]!;
      const response = await fetch(`${service.url}/v1/posts/${id}/pictures/0`);
      expect([response.status, (await response.arrayBuffer()).byteLength > 0]).to.deep.equal([200, true]);
    });
    if (isMeasured) expect(slowest).to.be.lessThan(MOST_FOR_PAGE);
  });

  it("takes another post within its time, with and without a picture", async () => {
    const { browser } = await joinedCitizen(service, { pseudonym: "Ana" });
    const { postsPerDay } = service.citizens!.city.moderation;
    const people = [browser];
    for (let at = 1; at < Math.ceil(ROUNDS / postsPerDay); at++) people.push((await joinedCitizen(service)).browser);
    const half = ROUNDS / 2;
    const browserOf = (round: number): AppBrowser => people[Math.floor(round / postsPerDay)]!;
    const slowest = await p99("a new post", (round) => post(browserOf(round)), half);
    const raw = { width: 1_600, height: 1_200, channels: 3 } as const;
    const photo = await sharp(randomBytes(raw.width * raw.height * 3), { raw })
      .jpeg()
      .toBuffer();
    const withPhoto = await p99(
      `a new post with a picture of ${photo.length} bytes, and sending it`,
      async (round) => {
        const browser = browserOf(half + round);
        const sha256 = await upload(browser, photo, 1_048_576);
        return post(browser, { pictures: [{ sha256 }] });
      },
      half,
    );
    if (isMeasured) expect(Math.max(slowest, withPhoto)).to.be.lessThan(MOST_FOR_POST);
  }).timeout(300_000);

  it("leaves no memory behind, however long it is read", async () => {
    const watch = new MemoryWatch();
    const last = service.log.tree.publishedSize;
    for (let look = 0, n = 0; look <= LOOKS; look++) {
      watch.sample(n);
      for (const end = n + REQUESTS_A_LOOK; n < end; n++) {
        if (n % 4 > 0) await get(`/v1/timeline?before=${last - ((n * 7_919) % (POSTS - 100))}`);
        else
          await fetch(`${service.url}/v1/posts/${pictured[n % pictured.length]!}/pictures/0`).then((it) =>
            it.arrayBuffer(),
          );
      }
    }
    // What is made once, such as compiled code and full caches, is there by then.
    watch.samples.splice(0, Math.floor(LOOKS / 4));
    figures.push(...watch.lines("requests"));
    expect(watch.samples).to.have.length(LOOKS + 1 - Math.floor(LOOKS / 4));
    if (!isMeasured || globalThis.gc === undefined) return;
    expect(filling.slope).to.be.lessThan(MOST_A_POST);
    expect(watch.slope).to.be.lessThan(MOST_A_REQUEST);
  }).timeout(600_000);

  it("is read anew at a restart, and takes a bounded place in memory", async () => {
    globalThis.gc?.();
    const heap = process.memoryUsage().heapUsed;
    const begun = performance.now();
    const index = new PostIndex({ ...service.log, source: "app" });
    await index.now();
    const seconds = (performance.now() - begun) / 1_000;
    globalThis.gc?.();
    const bytes = (process.memoryUsage().heapUsed - heap) / index.size;
    const stored = ["ledger.sqlite", "vault.sqlite"].map((file) => {
      const size = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      return Math.round((size(join(service.folder, file)) + size(join(service.folder, `${file}-wal`))) / index.size);
    });
    figures.push(`read anew in ${seconds.toFixed(1)} s; ${Math.round(bytes)} bytes of memory a post`);
    figures.push(`stored: ${stored.join(" + ")} bytes a post in ledger and vault`);
    expect(index.size).to.equal(service.posts!.index.size);
    if (isMeasured) expect(bytes).to.be.lessThan(1_000);
  });
});
