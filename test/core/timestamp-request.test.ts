// What goes to a time-stamping authority, as OpenSSL reads it, and what is taken for its answer.

import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { utf8 } from "../../src/core/bytes.ts";
import { formatTimestampRequest, NONCE_BYTES, nonceOf, tokenInReply } from "../../src/core/timestamp-request.ts";
import { expectCode } from "../support/expect-code.ts";
import { temporaryFolder } from "../support/ledger.ts";
import { TimeAuthorities } from "../support/time-authority.ts";

describe("a request for a timestamp", () => {
  const nonce = nonceOf(Uint8Array.from({ length: NONCE_BYTES }, (_, at) => at));
  const query = formatTimestampRequest(utf8("a checkpoint"), nonce);

  it("is read by OpenSSL: hash, nonce, and that the certificate is wanted", () => {
    const path = join(temporaryFolder(), "query.tsq");
    writeFileSync(path, query);
    const text = execFileSync("openssl", ["ts", "-query", "-in", path, "-text"]).toString();
    expect(text).to.match(/Hash Algorithm: sha256/);
    expect(text).to.match(/Nonce: 0x400102030405060708090A0B0C0D0E0F/);
    expect(text).to.match(/Certificate required: yes/);
  });

  it("has a nonce that is positive and in its only encoding, whatever was drawn", () => {
    for (const first of [0, 0x3f, 0x80, 0xff])
      expect(nonceOf(new Uint8Array(NONCE_BYTES).fill(first))[0]).to.be.within(0x40, 0x7f);
  });

  it("takes the token that answers it, and no refusal, other answer, or one without a nonce", () => {
    const authorities = new TimeAuthorities(join(temporaryFolder(), "tsa")).make("root", "root").make("tsa", "root");
    const reply = new Uint8Array(authorities.reply("tsa", query));
    expect(Buffer.from(reply).includes(Buffer.from(tokenInReply(reply, nonce)))).to.equal(true);
    const other = nonceOf(new Uint8Array(NONCE_BYTES).fill(7));
    expectCode("TIMESTAMP_INVALID", () => tokenInReply(reply, other), /another request/);
    authorities.openssl("ts", "-query", "-data", "root.pem", "-no_nonce", "-cert", "-out", "bare.tsq");
    const bare = readFileSync(join(authorities.folder, "bare.tsq"));
    const without = new Uint8Array(authorities.reply("tsa", bare));
    expectCode("TIMESTAMP_INVALID", () => tokenInReply(without, nonce), /another request/);
    const refusal = Uint8Array.of(0x30, 5, 0x30, 3, 2, 1, 2);
    expectCode("TIMESTAMP_INVALID", () => tokenInReply(refusal, nonce), /status 2/);
    authorities.remove();
  });
});
