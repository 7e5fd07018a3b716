// Timestamps of a checkpoint, by authorities that OpenSSL plays: what holds, what is refuted, and what nobody can say. Every
// token here is one that OpenSSL made; those that are wrong are wrong in one thing.

import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { concatBytes, toBase64, utf8 } from "../../src/core/bytes.ts";
import type { Policy } from "../../src/core/policy.ts";
import { stampedBytes } from "../../src/core/stamped-checkpoint.ts";
import { checkSeries } from "../../src/verify/check-time.ts";
import { timeChecker } from "../../src/verify/time-step.ts";
import { bundleVerifier, verifyBundle } from "../../src/verify/verify-bundle.ts";
import { bundleFixture, fixturePolicy, LOG_KEY } from "../support/bundle-fixture.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { temporaryFolder } from "../support/ledger.ts";
import { KEYS, STAMPS, TimeAuthorities } from "../support/time-authority.ts";

describe("timestamps of a checkpoint", () => {
  let authorities: TimeAuthorities;
  let note: string;
  let stamped: Uint8Array;
  const bytesOf = (token: string): Uint8Array => Buffer.from(token, "base64");
  const check = (token: string | readonly string[], ...roots: readonly string[]) =>
    checkSeries(
      { tokens: [token].flat() },
      stamped,
      roots.map((name) => authorities.certificate(name)),
    );
  const refuted = (attempt: Promise<unknown>, pattern: RegExp) =>
    expectRejection("TIMESTAMP_INVALID", attempt, pattern);

  before(async () => {
    ({ note } = await bundleFixture({ cosigners: 2 }));
    stamped = stampedBytes(note, [LOG_KEY]);
    authorities = new TimeAuthorities(join(temporaryFolder(), "tsa"))
      .make("root", "root", { from: -20 })
      .make("tsa", "root")
      .make("other", "other");
  });
  after(() => authorities.remove());

  it("are about the checkpoint as the log signed it, whoever cosigned it since", async () => {
    const { note: alone } = await bundleFixture();
    expect(alone).not.to.equal(note);
    expect(Buffer.from(stamped).toString()).to.equal(alone);
  });

  it("hold under the root of the authority, under its own certificate, and say when and until when", async () => {
    const token = authorities.stamp("tsa", stamped);
    for (const root of ["root", "tsa"]) {
      const found = await check(token, "other", root);
      expect(found?.tsa).to.equal("tsa");
      expect(found?.time).to.be.closeTo(Date.now() / 1_000, 60);
      expect((found?.until ?? 0) - Date.now() / 1_000).to.be.within(399 * 86_400, 401 * 86_400);
    }
    expect(authorities.accepts(bytesOf(token), stamped, "root")).to.equal(true);
  });

  it("say nothing under the certificate of anybody else, nor without Web Crypto", async () => {
    const token = authorities.stamp("tsa", stamped);
    expect(await check(token, "other")).to.equal(undefined);
    expect(await check(token)).to.equal(undefined);
    const named = [authorities.certificate("root")];
    expect(await checkSeries({ tokens: [token] }, stamped, named, null)).to.equal(undefined);
    expect(await check([], "root")).to.equal(undefined);
  });

  it("hold with the keys and hashes that authorities use, and are not decided with others", async () => {
    const pss = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32", "-sigopt", "rsa_mgf1_md:sha256"];
    authorities
      .make("rsa root", "rsa root", { key: KEYS.rsa, signing: pss })
      .make("rsa", "rsa root", {
        key: KEYS.rsa,
        signing: ["-md", "sha512", ...pss.slice(0, 2), "-sigopt", "rsa_mgf1_md:sha512"],
      })
      .make("p384", "rsa root", { key: KEYS.p384, signing: ["-md", "sha384"] })
      .make("plain", "root", { extensions: "extendedKeyUsage=critical,timeStamping" })
      .make("p521", "root", { key: KEYS.p521 })
      .make("short", "root", { key: KEYS.short });
    const stamp = (name: string, hash: string, digest: string, ess = "sha256"): string =>
      authorities.stamp(name, stamped, { hash, digest, ess });
    expect((await check(stamp("rsa", "sha512", "sha512", "sha512"), "rsa root"))?.tsa).to.equal("rsa");
    expect((await check(stamp("rsa", "sha256", "sha256"), "rsa"))?.tsa).to.equal("rsa");
    expect((await check(stamp("p384", "sha384", "sha384"), "rsa root"))?.tsa).to.equal("p384");
    expect((await check(stamp("plain", "sha256", "sha256"), "root"))?.tsa).to.equal("plain");
    expect(await check(stamp("p521", "sha256", "sha512"), "root")).to.equal(undefined);
    await refuted(check(stamp("short", "sha256", "sha256"), "root"), /fewer than 2048 bits/);
    // SHA-1 names the certificate in what OpenSSL calls version 1.
    await refuted(check(stamp("rsa", "sha256", "sha256", "sha1"), "rsa root"), /cut off|another value/);
  });

  it("hold over authorities in between that come with the token, as far as those may issue", async () => {
    const CA = "basicConstraints=critical,CA:true,pathlen:0\nkeyUsage=critical,keyCertSign";
    authorities
      .make("between", "root", { extensions: CA })
      .make("below", "between", { extensions: CA })
      .make("far", "below")
      .make("near", "between")
      .make("posing", "tsa");
    expect((await check(authorities.stamp("near", stamped, { chain: ["between"] }), "root"))?.tsa).to.equal("near");
    expect(await check(authorities.stamp("near", stamped), "root")).to.equal(undefined);
    await refuted(check(authorities.stamp("far", stamped, { chain: ["below", "between"] }), "root"), /may not issue/);
    await refuted(check(authorities.stamp("posing", stamped, { chain: ["tsa"] }), "root"), /may not issue/);
  });

  it("are refuted by a certificate that is for more than timestamps, for less, or was not valid", async () => {
    const made: readonly (readonly [name: string, options: object, pattern: RegExp])[] = [
      ["web", { extensions: "extendedKeyUsage=critical,serverAuth" }, /not for timestamps alone/],
      ["both", { extensions: "extendedKeyUsage=critical,timeStamping,serverAuth" }, /not for timestamps alone/],
      ["lax", { extensions: "extendedKeyUsage=timeStamping" }, /not for timestamps alone/],
      ["none", { extensions: "basicConstraints=CA:false" }, /not for timestamps alone/],
      ["encipher", { extensions: STAMPS.replace("digitalSignature", "digitalSignature,keyEncipherment") }, /not for/],
      ["expired", { from: -9, to: -2 }, /certificate of expired had expired/],
      ["early", { from: 2 }, /certificate of early had expired, or was not valid yet/],
    ];
    const good = authorities.stamp("tsa", stamped);
    for (const [name, options, pattern] of made) {
      authorities.make(name, "root", options);
      await refuted(check(authorities.sign(name, good), "root"), pattern);
    }
    authorities.make("old root", "old root", { from: -9, to: -2 }).make("outlives", "old root");
    await refuted(check(authorities.stamp("outlives", stamped), "old root"), /certificate of old root had expired/);
  });

  it("over another checkpoint are refuted, whoever made them", async () => {
    const token = authorities.stamp("tsa", utf8("another checkpoint"));
    for (const root of ["root", "other"]) await refuted(check(token, root), /is about other bytes/);
  });

  it("of which a byte was changed do not hold", async () => {
    const token = bytesOf(authorities.stamp("tsa", stamped));
    const trusted = [authorities.certificate("root")];
    const held = [];
    for (let at = 0; at < token.length; at++) {
      const changed = Uint8Array.from(token, (byte, i) => (i === at ? byte ^ 1 : byte));
      const found = await checkSeries({ tokens: [toBase64(changed)] }, stamped, trusted).catch(() => undefined);
      if (found) held.push(at);
    }
    // What is left is what no signature covers and nothing depends on: versions, the list of hashes, who issued the signer's
    // certificate.
    expect(held.length).to.be.lessThan(120);
    const statement = Buffer.from(token).indexOf(Buffer.from("2a864886f70d0109100104", "hex"));
    const body = held.filter((at) => at > statement && at < statement + 100);
    expect(body).to.deep.equal([]);
  });

  it("are renewed by a token over token and checkpoint, which counts while the one before it did", async () => {
    authorities
      .make("soon", "root", { to: 3 })
      .make("later", "root", { to: 800 })
      .make("past", "root", { from: -9, to: -2 });
    const first = authorities.stamp("soon", stamped);
    const renewal = authorities.stamp("later", concatBytes(bytesOf(first), stamped));
    const [alone, renewed] = [await check(first, "root"), await check([first, renewal], "root")];
    expect(renewed?.time).to.equal(alone?.time);
    expect(renewed?.tsa).to.equal("soon");
    expect((renewed?.until ?? 0) - (alone?.until ?? 0)).to.be.greaterThan(390 * 86_400);
    await refuted(check([first, authorities.stamp("later", stamped)], "root"), /is about other bytes/);
    await refuted(check([renewal], "root"), /is about other bytes/);
    expect(await check([first, renewal], "soon")).to.equal(undefined);
    const days = (count: number): string =>
      new Date(Date.now() + count * 86_400_000).toISOString().replaceAll(/[-:T]|\..*/g, "");
    const old = authorities.sign("past", first, (statement) => statement.replace(/20\d{12}(?=Z)/, days(-5)));
    expect((await check(old, "root"))?.tsa).to.equal("past");
    const late = authorities.stamp("later", concatBytes(bytesOf(old), stamped));
    await refuted(check([old, late], "root"), /renewal that came after/);
  });

  describe("in a bundle", () => {
    const rule = (required: boolean, ...names: string[]): Policy =>
      fixturePolicy({ timestamps: { certificates: names.map((name) => authorities.certificate(name)), required } });
    const bundled = async (...series: readonly (readonly string[])[]): Promise<Uint8Array> =>
      (await bundleFixture({ bundle: (b) => ({ ...b, timestamps: series.map((tokens) => ({ tokens })) }) })).bytes;
    const stepOf = async (bytes: Uint8Array, policy: Policy, checks = timeChecker()) => {
      const verdict = await verifyBundle(bytes, policy, undefined, undefined, checks);
      return { verdict, step: verdict.steps.find(({ step }) => step === "time") };
    };

    it("say when the checkpoint was there, the earliest first", async () => {
      const [token, other] = [authorities.stamp("tsa", stamped), authorities.stamp("rsa", stamped)];
      const { verdict, step } = await stepOf(await bundled([other], [token]), rule(true, "root", "rsa"));
      expect(verdict.outcome).to.equal("holds");
      expect(step).to.deep.include({ outcome: "holds" });
      expect(step?.detail).to.match(/^(tsa|rsa) saw it at 20\d\d-.*; its certificate is valid until 20\d\d-/);
      expect(verdict.record?.stamped?.map((time) => "tsa" in time && time.tsa)).to.have.members(["tsa", "rsa"]);
    });

    it("of another checkpoint refute it, also beside one that holds", async () => {
      const [token, other] = [authorities.stamp("tsa", stamped), authorities.stamp("tsa", utf8("other"))];
      const { verdict, step } = await stepOf(await bundled([token], [other]), rule(false, "root"));
      expect([verdict.outcome, step?.code]).to.deep.equal(["refuted", "TIMESTAMP_INVALID"]);
    });

    it("by a certificate that its issuer cannot have signed leave it open, however strange the signature is", async () => {
      const pss = ["rsa_padding_mode:pss", "rsa_pss_saltlen:32", "rsa_mgf1_md:sha256"].flatMap((one) => [
        "-sigopt",
        one,
      ]);
      authorities.make("salted", "rsa root", { key: KEYS.rsa, signing: pss });
      const certificate = Buffer.from(authorities.certificate("salted"), "base64");
      const salt = certificate.indexOf(Buffer.from("a203020120", "hex"), certificate.length / 2);
      // More than there is room for in a signature of 2,048 bits.
      certificate[salt + 4] = 0xff;
      const pem = `-----BEGIN CERTIFICATE-----\n${certificate.toString("base64").replaceAll(/.{64}/g, "$&\n")}`;
      writeFileSync(join(authorities.folder, "salted.pem"), `${pem}\n-----END CERTIFICATE-----\n`);
      const token = authorities.sign("salted", authorities.stamp("tsa", stamped));
      const { verdict, step } = await stepOf(await bundled([token]), rule(true, "rsa root"));
      expect([verdict.outcome, step?.code]).to.deep.equal(["undecided", "TIMESTAMP_MISSING"]);
    });

    it("that are missing leave it open where the policy requires one, and only there", async () => {
      const without = (await bundleFixture()).bytes;
      const required = await stepOf(without, rule(true, "root"));
      expect([required.verdict.outcome, required.step?.code]).to.deep.equal(["undecided", "TIMESTAMP_MISSING"]);
      const asked = await stepOf(without, rule(false, "root"));
      expect([asked.verdict.outcome, asked.step?.outcome, asked.step?.code]).to.deep.equal([
        "holds",
        "unchecked",
        undefined,
      ]);
      const stranger = await stepOf(await bundled([authorities.stamp("tsa", stamped)]), rule(true, "other"));
      expect([stranger.verdict.outcome, stranger.step?.code]).to.deep.equal(["undecided", "TIMESTAMP_MISSING"]);
    });

    it("are no matter to a policy that names no certificates, nor to a verifier that cannot check them", async () => {
      const other = await bundled([authorities.stamp("tsa", utf8("other"))]);
      expect((await stepOf(other, fixturePolicy())).step).to.equal(undefined);
      const verdict = await verifyBundle(other, rule(true, "root"));
      expect([verdict.outcome, verdict.steps.at(-1)?.step]).to.deep.equal(["undecided", "chain"]);
    });

    it("are checked once for all bundles of a checkpoint", async () => {
      const bytes = await bundled([authorities.stamp("tsa", stamped)]);
      const verify = bundleVerifier(rule(true, "root"), timeChecker());
      for (let i = 0; i < 20; i++) expect((await verify(bytes)).outcome).to.equal("holds");
      const many = timeChecker();
      for (let i = 0; i < 20; i++) {
        const token = Buffer.from(`token ${i}`).toString("base64");
        const { step } = await stepOf(await bundled([token]), rule(true, "root"), many);
        expect(step?.code).to.equal("TIMESTAMP_INVALID");
      }
      expect((await stepOf(bytes, rule(true, "root"), many)).verdict.outcome).to.equal("holds");
    });
  });
});
