/**
 * Examples as calls of the client, `warifu/client`: which method an operation is, and with what it is called. In a pattern,
 * `{id}` is a parameter, `{query}` and `{body}` are those, `{body.x}` a member of the body and `{body-x-y}` all others.
 */
import type { RequestExample } from "./example.ts";

const CALLS: Readonly<Partial<Record<string, string>>> = {
  submitRecords: "submit([{body}])",
  listRecords: "records({query})",
  showRecord: "record({id})",
  showOriginal: "original({id})",
  showLineage: "lineage({id})",
  showBundle: "bundle({id})",
  listTranslations: "translations({id})",
  translateRecord: "translate({id}, {body})",
  showTimeline: "timeline({query})",
  showPost: "post({id})",
  listThemes: "themes()",
  showThemeResults: "themeResults({theme})",
  putTheme: "putTheme({body})",
  setPostStatus: "setPostStatus({id}, {body})",
  showContractProof: "contractProof({id})",
  listCheckpoints: "checkpoints({query})",
  listAnchors: "anchors({query})",
  showAnchor: "anchor({#anchorId})",
  grantDisclosure: "grantDisclosure({ ...{body-until}, until: Date.parse({body.until}) / 1_000 })",
  listGrants: "grants()",
  withdrawDisclosure: "withdrawDisclosure({#number})",
  showDisclosure: "disclosed({#number})",
  showDisclosedBundle: "disclosedBundle({#number}, {id})",
  showSdJwt: "sdJwt({#number}, {id})",
  listOfficers: "officers()",
  inviteOfficer: "inviteOfficer({body})",
  inviteAgain: "inviteAgain({id})",
  removeOfficer: "removeOfficer({id})",
  listKeys: "keys()",
  issueKey: "issueKey({body.name}, {body.role}, {body-name-role})",
  revokeKey: "revokeKey({keyId})",
  listSources: "sources()",
  registerSource: "registerSource({body.name}, {body-name})",
  showSource: "source({name})",
  repairSource: "repairSource({name}, {body.from})",
  rotateSource: "rotateSourceKey({name}, {body})",
  revokeSource: "revokeSourceKey({name}, {body})",
  suspendSource: "suspendSource({name})",
  resumeSource: "resumeSource({name})",
  findPerson: "findPerson({body})",
  eraseRecords: "eraseRecords({body.records}, {body-records})",
  previewErasures: "previewErasures({body.records})",
  showErasure: "erasure({id})",
  withholdBodies: "withholdBodies({body.records}, {body-records})",
  runRetention: "runRetention({body})",
  showLaw: "law()",
  showProcessing: "processing()",
  showNotice: "notice({query.lang})",
  addNotice: "addNotice({body})",
  noteConsent: "noteConsent({body})",
  listConsents: "consents({subject})",
  showReceipt: "receipt({id})",
  listRequests: "requests()",
  openRequest: "openRequest({body})",
  showRequest: "request({id})",
  showRequestAbout: "requestAbout({id})",
  showCopy: "personalCopy({id})",
  identityRequest: "noteIdentity({id})",
  extendRequest: "extendRequest({id}, {body})",
  finishRequest: "finishRequest({id}, {body})",
  refuseRequest: "refuseRequest({id}, {body})",
  addRestriction: "restrict({body})",
  liftRestriction: "liftRestriction({id}, {body})",
  listRestrictions: "restrictions({id})",
  keepRecipient: "keepRecipient({body})",
  listRecipients: "recipients()",
  removeRecipient: "removeRecipient({#number})",
  provideRecords: "provide({body})",
  listProvisions: "provisions({record})",
  receiveRecords: "receive({body})",
  keepPartner: "keepPartner({body})",
  listPartners: "partners()",
  removePartner: "removePartner({#number})",
  makeDeidentifiedTable: "deidentify({body})",
  rectify: "rectify({body.wrong}, {body.right}, {body.basis})",
  listBreaches: "breaches()",
  noteBreach: "noteBreach({body})",
  showBreach: "breach({id})",
  showBreachReport: "breachReport({id})",
  listBreachPeople: "breachPeople({id})",
  tellPeople: "tellPeople({id}, {body})",
  amendBreach: "amendBreach({id}, {body})",
  tellAuthority: "tellAuthority({id}, {body})",
  findNotNeeded: "findNotNeeded({id}, {body})",
  closeBreach: "closeBreach({id})",
  getCheckpoint: 'logFile("checkpoint")',
  getTile: "logFile(`tile/${{tile}}`)",
  getBodies: "logFile(`bodies/${{bundle}}`)",
  getAddendum: "logFile(`addenda/${{s0}}/${{s1}}/${{digest}}`)",
  getAddendaMarker: 'logFile("addenda.v1")',
  showStatus: "status()",
  listProfiles: "profiles()",
};

/** The call, as an expression; undefined where the client has none. */
export function clientCallOf(operationId: string, { values, query, body }: RequestExample): string | undefined {
  const pattern = CALLS[operationId];
  if (pattern === undefined) return undefined;
  const sent = (body && "json" in body ? body.json : {}) as Readonly<Record<string, unknown>>;
  const call = pattern.replaceAll(
    /\{(#?)(query|body|\w+)([.-][\w-]+)?\}/g,
    (_, number: string, name: string, part = "") => {
      if (name === "query" && part === "") return written(query);
      if (name === "query") return written(query[part.slice(1)]);
      if (name !== "body") return number === "" ? written(values[name] ?? "") : (values[name] ?? "");
      if (body && "file" in body) return `JSON.parse(await readFile(${written(body.file)}, "utf8"))`;
      return written(partOf(sent, part as string));
    },
  );
  return `await client.${call}`;
}

function partOf(body: Readonly<Record<string, unknown>>, part: string): unknown {
  if (part === "") return body;
  const names = part.slice(1).split("-");
  if (part.startsWith(".")) return body[names[0] ?? ""];
  return Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));
}

const LINE = 72;

/** A value as it stands in a program: on one line where it fits. */
function written(value: unknown, indent = ""): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const isList = Array.isArray(value);
  const inner = `${indent}  `;
  const parts = Object.entries(value).map(([name, one]) => (isList ? "" : `${nameOf(name)}: `) + written(one, inner));
  const [open, close, space] = isList ? ["[", "]", ""] : ["{", "}", " "];
  const line = parts.length === 0 ? `${open}${close}` : `${open}${space}${parts.join(", ")}${space}${close}`;
  if (line.length + indent.length <= LINE && !line.includes("\n")) return line;
  return `${open}\n${parts.map((part) => `${inner}${part},\n`).join("")}${indent}${close}`;
}

function nameOf(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
}
