// Ids of sources and of logs.

import { createHash } from "node:crypto";

import { expect } from "chai";

import { toHex } from "../../src/core/bytes.ts";
import { logIdOf, sourceIdOf } from "../../src/core/record.ts";

describe("record", () => {
  describe("ids", () => {
    it("of sources bind the origin and the name, as node:crypto hashes them", () => {
      const wanted = createHash("sha256").update("log.example/city\nsantander/env-419").digest("hex");
      expect(toHex(sourceIdOf("log.example/city", "santander/env-419"))).to.equal(wanted);
      expect(toHex(sourceIdOf("log.example/town", "santander/env-419"))).not.to.equal(wanted);
    });

    it("of logs are the hash of their origin, also where one is asked for as a source", () => {
      expect(toHex(logIdOf("log.example/city"))).to.equal(
        createHash("sha256").update("log.example/city").digest("hex"),
      );
      expect(sourceIdOf("log.example/city", "log.example/city")).to.deep.equal(logIdOf("log.example/city"));
    });
  });
});
