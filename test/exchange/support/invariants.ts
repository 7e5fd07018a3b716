// What must hold in the end, whatever happened: each city has of the other what that lets it have, once, as it was said, and
// nothing that was erased, withdrawn or not shared; what was refused by law never went.

import { canonicalJson, type JsonObject } from "../../../src/core/json.ts";
import { picturesIn, type PictureClaim } from "../../../src/core/picture.ts";
import { auditFolder } from "../../support/ledger.ts";
import type { City } from "./city.ts";
import { knownOf, type Entered, type Run } from "./two-cities.ts";
import { PURPOSE } from "./city.ts";

/** What does not hold, in words. */
export async function inconsistencies(run: Run): Promise<string[]> {
  const found: string[] = [];
  for (const one of run.entered) found.push(...(await ofRecord(run, one)));
  for (const city of run.cities) found.push(...(await ofCity(run, city)));
  const refused = await knownOf(run.santander, run.refusedName);
  const personal = [...refused.given.keys()].filter((leaf) => run.entered.some(isPersonalAt(run.santander, leaf)));
  if (personal.length > 0) found.push(`${personal.length} records were given to a city that no basis of law covers`);
  return found;
}

function isPersonalAt(city: City, leaf: number): (one: Entered) => boolean {
  return (one) => one.city === city && one.leafIndex === leaf && one.type !== "city-theme";
}

async function ofRecord(run: Run, one: Entered): Promise<string[]> {
  const { city, leafIndex, id } = one;
  const other = city === run.santander ? run.fujisawa : run.santander;
  const known = await knownOf(other, run.nameOf(city));
  const given = (await knownOf(city, run.nameOf(other))).given.get(leafIndex);
  const taken = known.takenById.get(id);
  const isGone = taken !== undefined && other.log.events.erasures.erasedBy(taken.record) !== undefined;
  const standing = await standingOf(run, one);
  const told = given?.told.map(({ matter, confirmedBy }) => `${matter}${confirmedBy === undefined ? "?" : ""}`) ?? [];
  const what = `${one.type} ${id} of ${city.kind.origin}, ${standing}, told [${told.join(" ")}]`;
  const isEnded = given?.told.some(({ matter }) => matter === "erased" || matter === "withdrawn") ?? false;
  const open = given?.told.filter(({ confirmedBy }) => confirmedBy === undefined) ?? [];
  const isHeld = taken !== undefined && other.log.events.exchanges.heldByOrigin(taken.record).size > 0;
  if (standing === "not shared") return given ? [`${what}: was given`] : [];
  if (isEnded || standing === "erased" || standing === "no consent")
    return [
      ...(taken && !isGone ? [`${what}: the other city still has it`] : []),
      ...(isEnded && open.some(({ matter }) => matter === "erased" || matter === "withdrawn")
        ? [`${what}: the other city did not prove that it is gone`]
        : []),
    ];
  // Without what it is about, nobody can show it.
  if (one.type === "citizen-comment" && !(await isPostThere(run, one, other)))
    return taken ? [`${what}: about nothing`] : [];
  if (standing === "held") return taken && !isHeld ? [`${what}: the other city shows it`] : [];
  const isCorrected = (await city.rights.rectifying.supersededBy(leafIndex)) !== undefined;
  // Where the right one came first, nobody needs the wrong one.
  if (isCorrected && isGone && open.length === 0) return [];
  if (isCorrected && !given) return taken ? [`${what}: was corrected before it could go, and went`] : [];
  if (!taken || isGone) return [`${what}: the other city does not have it`];
  return [
    ...(isHeld ? [`${what}: the other city holds it back`] : []),
    ...(given?.provision.confirmedBy === undefined ? [`${what}: not confirmed`] : []),
    ...(open.length > 0 ? [`${what}: something is still open`] : []),
    ...(await saysTheSame(run, one, taken.record, other)),
  ];
}

async function saysTheSame(run: Run, one: Entered, record: number, other: City): Promise<string[]> {
  const { received: _, c2pa: _____, pictures, ...there } = (await other.says(record)) ?? {};
  const { reporterId: __, latitude: ___, owner: ____, ...said } = one.claims;
  const expected = one.type === "citizen-comment" ? { ...said, about: await aboutThere(run, one, other) } : said;
  const isSame = canonicalJson(there) === canonicalJson(expected as JsonObject);
  return [
    ...(isSame
      ? []
      : [`${one.id}: says ${canonicalJson(there)} there, and ${canonicalJson(expected as JsonObject)} here`]),
    ...(await picturesOf(one, picturesIn({ pictures: pictures ?? [] }), record, other)),
  ];
}

/** What everybody sees here is what the other city keeps, and it has made a copy of its own of it. */
async function picturesOf(
  { id, city, leafIndex, hasPicture = false }: Entered,
  there: readonly PictureClaim[],
  record: number,
  other: City,
): Promise<string[]> {
  if (there.length !== (hasPicture ? 1 : 0)) return [`${id}: has ${there.length} pictures there`];
  if (!hasPicture) return [];
  const [copy, its] = [await publishedOf(city, leafIndex), await publishedOf(other, record)];
  return [
    ...(copy?.sha256 === there[0]?.sha256 ? [] : [`${id}: the picture there is not the copy that is shown here`]),
    ...(its ? [] : [`${id}: the other city shows no picture of it`]),
  ];
}

/** The copy of a record's picture that everybody may see. */
async function publishedOf({ log }: City, record: number) {
  const newest = log.events.derivations.newestOf(record, 0);
  const [entry] = newest ? await log.store.entries(newest.leafIndex, newest.leafIndex + 1) : [];
  return entry && (await log.check.derivedOf(entry.leafIndex, await log.check.bodyOf(entry)))?.claim;
}

/** Id in the other city of what a comment is about. */
async function aboutThere(run: Run, { city, claims }: Entered, other: City): Promise<string> {
  const about = String(claims["about"]);
  const known = await knownOf(other, run.nameOf(city));
  const taken = known.takenById.get(about);
  if (taken) return other.idAt(taken.record);
  // It is about what came from there.
  const own = [...(await knownOf(city, run.nameOf(other))).taken.values()];
  for (const one of own) if ((await city.idAt(one.record)) === about) return one.id;
  return "";
}

async function standingOf(run: Run, one: Entered): Promise<string> {
  const { city, leafIndex, isShared, type } = one;
  const { events } = city.log;
  if (!isShared || (type === "citizen-comment" && !(await isAboutExchanged(run, one)))) return "not shared";
  if (events.erasures.erasedBy(leafIndex) !== undefined) return "erased";
  if (type === "city-theme") return "shared";
  const [subject] = await city.log.persons.subjectsOf(leafIndex);
  const at = Math.floor(city.now() / 1_000);
  const consents = subject !== undefined && (await city.rights.consents.hasConsent(subject, PURPOSE, undefined, at));
  if (!consents) return "no consent";
  const isRestricted = await city.rights.restrictions.isRestricted(leafIndex, PURPOSE, "provide");
  return isRestricted || events.moderations.visibilityOf(leafIndex) !== "shown" ? "held" : "shared";
}

async function isPostThere(run: Run, { city, claims }: Entered, other: City): Promise<boolean> {
  const about = String(claims["about"]);
  if ((await knownOf(other, run.nameOf(city))).takenById.has(about)) return true;
  const came = [...(await knownOf(city, run.nameOf(other))).taken.values()];
  for (const { record } of came) if ((await city.idAt(record)) === about) return true;
  return false;
}

async function isAboutExchanged(run: Run, { city, claims }: Entered): Promise<boolean> {
  const other = city === run.santander ? run.fujisawa : run.santander;
  const known = await knownOf(city, run.nameOf(other));
  const about = String(claims["about"]);
  for (const leaf of [...known.given.keys(), ...known.taken.keys()]) if ((await city.idAt(leaf)) === about) return true;
  return false;
}

async function ofCity(run: Run, city: City): Promise<string[]> {
  const other = city === run.santander ? run.fujisawa : run.santander;
  const found: string[] = [];
  const { store, check, events } = city.log;
  const ids = new Set(run.entered.filter((one) => one.city === other).map(({ id }) => id));
  const known = await knownOf(city, run.nameOf(other));
  for (const entry of await store.query({ from: 0, limit: 1_000, source: "received/0" })) {
    const { leafIndex } = entry;
    if (events.erasures.erasedBy(leafIndex) !== undefined) {
      if (await publishedOf(city, leafIndex))
        found.push(`${city.kind.origin} has a picture of ${leafIndex}, which is erased`);
      continue;
    }
    const taken = known.taken.get(leafIndex);
    if (!taken || !ids.has(taken.id))
      found.push(`${city.kind.origin} has a record at ${leafIndex} that nobody gave it`);
    const body = await check.bodyOf(entry);
    if ((await check.claimsOf(leafIndex, body)) === undefined) found.push(`leaf ${leafIndex} is empty`);
  }
  const report = await auditFolderOf(city);
  return [...found, ...report];
}

async function auditFolderOf(city: City): Promise<string[]> {
  await city.close();
  const report = await auditFolder(city.folder, { signer: { key: city.policy.log, sign: () => new Uint8Array() } });
  await city.restart();
  return report.findings.map((finding) => `${city.kind.origin}: ${JSON.stringify(finding)}`);
}
