/** The record: what it says, what it may say and does not show, and where it is. */
import { fromHex } from "../../core/bytes.ts";
import type { JsonObject, JsonValue } from "../../core/json.ts";
import { formatRecordId, recordIdOf } from "../../core/record-id.ts";
import type { Verdict, VerifiedRecord } from "../../verify/verdict.ts";
import { Code } from "../components/code.tsx";
import { Facts, type Fact } from "../components/facts.tsx";
import { Section } from "../components/layout.tsx";
import { textsIn } from "../texts/language.ts";
import { struckClaims } from "./claims.ts";
import { chosen } from "./state.ts";
import { VERIFY } from "./texts/catalogue.ts";

export function RecordView({ verdict: { record } }: { readonly verdict: Verdict }) {
  const texts = textsIn(VERIFY);
  if (!record) return null;
  return (
    <>
      <Section title={texts.claims.title}>
        {record.claims ? <Claims record={record} claims={record.claims} /> : <p>{texts.claims.withheld}</p>}
      </Section>
      <Section title={texts.record.title}>
        <Facts facts={placeOf(record)} />
      </Section>
    </>
  );
}

function Claims({ record, claims }: { readonly record: VerifiedRecord; readonly claims: JsonObject }) {
  const { claims: texts } = textsIn(VERIFY);
  const struck = struckClaims(record);
  return (
    <>
      <dl class="facts claims">
        {Object.entries(claims).map(([name, value]) => (
          <div key={name}>
            <dt>
              <ClaimName name={name} />
            </dt>
            <dd>
              <ClaimValue value={value} />
            </dd>
          </div>
        ))}
      </dl>
      {struck.length > 0 && (
        <div class="struck">
          <h3>{texts.struck}</h3>
          <ul>
            {struck.map((name) => (
              <li key={name}>
                <s>{labelOf(name) ?? name}</s>
              </li>
            ))}
          </ul>
          <p>{texts.struckHint}</p>
        </div>
      )}
    </>
  );
}

function labelOf(name: string): string | undefined {
  const labels: Readonly<Partial<Record<string, string>>> = textsIn(VERIFY).claims.labels;
  return Object.hasOwn(labels, name) ? labels[name] : undefined;
}

/** The label in the reader's language, with the name that the record has; or the name alone. */
function ClaimName({ name }: { readonly name: string }) {
  const label = labelOf(name);
  if (label === undefined) return <code>{name}</code>;
  return (
    <>
      {label} <code class="claim-name">{name}</code>
    </>
  );
}

function ClaimValue({ value }: { readonly value: JsonValue }) {
  if (typeof value === "object" && value !== null)
    return <pre class="claim-json">{JSON.stringify(value, null, 2)}</pre>;
  return <>{String(value)}</>;
}

function placeOf(record: VerifiedRecord): Fact[] {
  const { record: texts, policy } = textsIn(VERIFY);
  const { leafHash, leafIndex, receivedAt, source, seq, vct, anchor } = record;
  const origin = chosen.value?.policy.log.name ?? "";
  return [
    ...(receivedAt === undefined
      ? []
      : [
          [
            texts.id,
            <Code value={formatRecordId(recordIdOf(fromHex(leafHash, "leaf hash"), receivedAt))} canCopy />,
          ] as const,
        ]),
    [texts.log, texts.logValue(origin, leafIndex)],
    [texts.hash, <Code value={leafHash} canCopy />],
    [texts.source, texts.sourceValue(source, seq)],
    ...(vct === undefined ? [] : [[texts.type, <Code value={vct} />] as const]),
    [texts.anchor, <Code value={policy.chainValue(anchor.chainId, anchor.contract)} />],
    [texts.transaction, <Code value={anchor.transactionHash} canCopy />],
  ];
}
