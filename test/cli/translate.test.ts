// `warifu translate` as an officer uses it, against a service that asks a program for translations: a real HTTP server that
// answers as LibreTranslate does.

import type { AddressInfo } from "node:net";

import { expect } from "chai";

import { libreTranslate } from "../../src/translate/libretranslate.ts";
import { submit, type Result } from "../http/support/call.ts";
import { patientServer } from "../support/patient-server.ts";
import { startService, type TestService } from "../support/service.ts";
import type { Run } from "./support/command.ts";
import { runHere } from "./support/run-here.ts";

const SPANISH = "Hay un bache delante del colegio.";
const ENGLISH = "There is a pothole in front of the school.";
const CORRECTED = "A hole in the road, right before the school.";

describe("warifu translate", () => {
  const server = patientServer((_request, response) => response.end(JSON.stringify({ translatedText: [ENGLISH] })));
  let service: TestService;
  let id: string;
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const pairs = [{ from: "es", to: "en" }];
    const translators = [libreTranslate({ url, version: "1.9.6", timeoutMs: 60_000, pairs })];
    service = await startService({ translation: { translators, places: [] } });
    const claims = { category: "pothole", text: SPANISH, language: "es" };
    const entered = await submit(service, JSON.stringify({ type: "citizen-report", source: "app/1", claims }));
    ({ id } = entered.json as Required<Result>);
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    await service?.stop();
  });

  const run = (args: readonly string[], locale?: string, key = service.keys.officer): Promise<Run> =>
    runHere(["translate", ...args, "--url", service.url, "--key", key], service.folder, locale);

  it("shows the translation beside its original, and says that a machine made it, and which", async () => {
    const { code, stdout } = await run([id, "--to", "en"]);
    expect(code).to.equal(0);
    expect(stdout).to.match(/^– machine translation by libretranslate 1\.9\.6, es to en, leaf \d+\n/);
    expect(stdout).to.include(`text  ${ENGLISH}\noriginal  ${SPANISH}\n`);
  });

  it("says so in the reader's language, which the program's document does not change", async () => {
    const { stdout } = await run([id, "--to", "en"], "es_ES.UTF-8");
    expect(stdout).to.match(/^– traducción automática de libretranslate 1\.9\.6, de español a inglés, hoja \d+\n/);
    expect(toolOf((await run([id, "--to", "en", "--json"], "ja_JP.UTF-8")).stdout)).to.equal("libretranslate");
  });

  it("takes a person's own words instead, and says that a person chose them", async () => {
    const { code, stdout } = await run([id, "--to", "en", "--correct", `text=${CORRECTED}`]);
    expect(code).to.equal(0);
    expect(stdout).to.match(/translated by a person, es to en, leaf \d+\ntext {2}A hole in the road, right before/);
  });

  it("names what cannot be: a pair that nobody translates, a key that may not, words without a claim", async () => {
    const nobody = await run([id, "--to", "ja"]);
    expect([nobody.code, nobody.stderr]).to.satisfy(
      ([c, said]: [number, string]) => c === 3 && /NOT_TRANSLATED/.test(said),
    );
    const stranger = await run([id, "--to", "en"], undefined, service.keys.submitter);
    expect([stranger.code, stranger.stderr]).to.satisfy(
      ([c, said]: [number, string]) => c === 2 && /FORBIDDEN/.test(said),
    );
    for (const args of [[id], [id, "--to", "English"], [id, "--to", "en", "--correct", "=x"]])
      expect((await run(args)).code, args.join(" ")).to.equal(2);
  });
});

function toolOf(json: string): string | undefined {
  return (JSON.parse(json) as { items: { tool: string }[] }).items[0]?.tool;
}
