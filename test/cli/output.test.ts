// What is printed cannot steer a terminal, and is plain where nobody looks.

import { expect } from "chai";

import { EXIT, EXIT_CODES } from "../../src/cli/exit-code.ts";
import { counted, inertJson, inSeconds, printable } from "../../src/cli/output.ts";

describe("output", () => {
  it("escapes what a terminal would obey, or would show otherwise than it is", () => {
    expect(printable("a\u001b[31mb\u0007\u009b")).to.equal("a\\u{1b}[31mb\\u{7}\\u{9b}");
    expect(printable("\u202egnp.exe\u2066\u200b\ufeff\u2028")).to.equal(
      "\\u{202e}gnp.exe\\u{2066}\\u{200b}\\u{feff}\\u{2028}",
    );
    expect(printable("one\ntwo\r")).to.equal("one; two\\u{d}");
    expect(printable("ñ 割符 😀 – “ok”")).to.equal("ñ 割符 😀 – “ok”");
  });

  it("truth D6: writes JSON that says the same and steers no terminal", () => {
    const value = {
      text: "a\u001b[31m\u007f\u009b\u202e\u2028\u2029\u200b\ue000\u{e0041}\n",
      "n\u0085me": "ñ 割符 😀",
    };
    const json = inertJson(JSON.stringify(value, null, 2));
    expect(JSON.parse(json)).to.deep.equal(value);
    expect(json).to.match(/^[\n\x20-\x7e\u00a1-\u1fff\u3000-\ud7ff\u{1f600}]+$/u);
    expect(json).to.include("\\u009b\\u202e\\u2028");
    expect(json).to.include("\\udb40\\udc41");
  });

  it("writes counts so that people can read them", () => {
    expect([
      counted(1_234_567),
      counted(1, "record"),
      counted(0, "record"),
      counted(2, "body", "bodies"),
    ]).to.deep.equal(["1,234,567", "1 record", "0 records", "2 bodies"]);
  });

  it("writes times to the second, and takes no foreign text for one", () => {
    expect([1_795_334_004_000, "2026-11-22T07:53:24.987Z", "soon"].map(inSeconds)).to.deep.equal([
      "2026-11-22T07:53:24Z",
      "2026-11-22T07:53:24Z",
      "soon",
    ]);
  });

  it("answers with 1 to what does not hold, 2 to wrong use, 3 to what may pass", () => {
    for (const [code, exit] of Object.entries(EXIT_CODES))
      if (code.endsWith("_MISMATCH")) expect(exit, code).to.equal(EXIT.refuted);
      else if (code.endsWith("_UNREACHABLE") || code === "NOT_ANCHORED_YET" || code === "BUSY")
        expect(exit, code).to.equal(EXIT.undecided);
      else if (code === "STORE_CORRUPT" || code === "STORE_BEHIND") expect(exit, code).to.equal(EXIT.refuted);
      else if (/^STORE_|^CLOCK_|_CONFLICT$|^STOPPED$|^VAULT_/.test(code))
        expect([EXIT.wrongUse, EXIT.undecided], `truth A3: ${code} refutes nothing`).to.include(exit);
      else expect([EXIT.refuted, EXIT.wrongUse, EXIT.undecided], code).to.include(exit);
    expect([
      EXIT_CODES.USAGE,
      EXIT_CODES.CONFIG_INVALID,
      EXIT_CODES.ENCODING_INVALID,
      EXIT_CODES.NOT_FOUND,
    ]).to.deep.equal([2, 2, 2, 2]);
  });
});
