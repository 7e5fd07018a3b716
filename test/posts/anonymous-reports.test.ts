// Anybody may report a face that was missed, and the post is out of sight at once; but nobody empties the timeline with that.

import { expect } from "chai";

import type { JsonObject } from "../../src/core/json.ts";
import { PictureProcess } from "../../src/pictures/picture-process.ts";
import { ANYBODY } from "../../src/posts/post-types.ts";
import { PicturedValue } from "../../src/write/pictured-value.ts";
import { post } from "../http/support/posting.ts";
import { phonePhoto } from "../pictures/support/draw.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { joinedCitizen, type JoinedCitizen } from "../support/citizens.ts";
import { acknowledged } from "../support/ledger.ts";
import { startService, type TestService } from "../support/service.ts";

const POSTS = 44;
const RULE = { rule: "missed-face" };

describe("reports of people without an account", () => {
  const decoding = new PictureProcess();
  let now = Date.now();
  let service: TestService;
  let anna: JoinedCitizen;
  let ids: string[];

  before(async () => {
    const hider = { tool: "test", version: "1", hide: (bytes: Uint8Array) => decoding.copy(bytes, []) };
    service = await startService({
      ...{ city: "santander", faceHider: () => hider, now: () => now },
      limits: { trustedProxies: 1 },
    });
    service.publishing.start();
    anna = await joinedCitizen(service, { pseudonym: "Anna" });
    const pictures = await service.ledger.pictures.receive([await phonePhoto()]);
    const values = Array.from({ length: POSTS }, (_, at): PicturedValue => {
      const words = { category: "smile", text: `Foto ${at}`, language: "es", reportedAt: "2026-11-29T09:00:00Z" };
      const claims: JsonObject = { ...words, reporterId: anna.citizenId, pictures: [{}] };
      return new PicturedValue({ type: "citizen-report", source: "app", claims }, pictures);
    });
    ids = acknowledged(await service.ledger.submit(values)).map(({ id }) => id);
    service.publishing.wake();
    await service.publishing.settled();
    await service.posts!.index.now();
  });
  after(async () => {
    await service.stop();
    await decoding.close();
  });

  const report = (id: string, address: string, viewer = ANYBODY, said: { rule: string } = RULE) =>
    service.posts!.moderation.report(id, said, { viewer, address });
  const isShown = (id: string): Promise<boolean> => {
    const { index, published } = service.posts!;
    return published.isShown(index.post(id)!, ANYBODY);
  };

  it("are about pictures alone, and under the rules that say so", async () => {
    const words = await post((await joinedCitizen(service)).browser, { text: "Sin foto" });
    await expectRejection("UNAUTHENTICATED", report(words, "a"), /citizens who have joined/);
    await expectRejection("UNAUTHENTICATED", report(ids[0]!, "a", ANYBODY, { rule: "personal-data" }));
    expect(await isShown(ids[0]!)).to.equal(true);
  });

  it("count for a network that one customer has, whichever of its addresses they come from", async () => {
    const sent = async (id: string, address: string): Promise<number> => {
      const headers = { "content-type": "application/json", "x-forwarded-for": address };
      const [method, body] = ["POST", JSON.stringify(RULE)];
      return (await fetch(`${service.url}/v1/posts/${id}/reports`, { method, headers, body })).status;
    };
    const others = ids.slice(33);
    for (const [at, id] of others.slice(0, 10).entries())
      expect(await sent(id, `2001:db8:0:${at}::${at}`)).to.equal(201);
    expect(await sent(others[10]!, "2001:db8:0:ff::1")).to.equal(429);
    expect(await sent(others[10]!, "2001:db8:1::1")).to.equal(201);
    now += 3_600_001;
  });

  it("hold back thirty posts an hour, ten from one address: what is reported beyond that waits in sight for somebody to look", async () => {
    for (const [at, id] of ids.slice(0, 30).entries())
      expect((await report(id, `address ${at}`)).held, `post ${at}`).to.equal(true);
    expect(await isShown(ids[29]!)).to.equal(false);
    const beyond = await report(ids[30]!, "another address");
    expect([beyond.held, beyond.report !== undefined, await isShown(ids[30]!)]).to.deep.equal([false, true, true]);
    // One address reports ten times.
    for (let time = 1; time < 10; time++) await report(ids[30]!, "another address");
    await expectRejection("RATE_LIMITED", report(ids[30]!, "another address"), /10 times an hour/);
    await report(ids[30]!, "somebody else");
    // Whoever has joined is heard as ever.
    const { citizenId } = anna;
    expect((await report(ids[31]!, "x", { ...ANYBODY, citizenId })).held).to.equal(true);
    now += 3_600_001;
    expect((await report(ids[32]!, "x")).held).to.equal(true);
  });
});
