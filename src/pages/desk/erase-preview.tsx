/** What an erasure would take of a record and what it would leave, side by side. */
import { Notice } from "../components/notice.tsx";
import { language, textsIn } from "../texts/language.ts";
import type { PreviewedRecord, RecordPreview } from "./answers.ts";
import { useLabels } from "./labels.ts";
import { ERASE } from "./texts/erase.ts";

export function PreviewOf({ item }: { readonly item: PreviewedRecord }) {
  const texts = textsIn(ERASE);
  return (
    <article class="preview">
      <h3>
        <code>{item.id}</code>
      </h3>
      {"error" in item ? (
        <Notice kind="error">{texts.missing}</Notice>
      ) : (
        <>
          <p class="quiet">{item.source}</p>
          {item.restricted && <Notice kind="warning">{texts.restricted}</Notice>}
          {item.erased ? <Notice kind="info">{texts.erased}</Notice> : <Sides preview={item} />}
        </>
      )}
    </article>
  );
}

function Sides({ preview }: { readonly preview: RecordPreview }) {
  const texts = textsIn(ERASE);
  const labelOf = useLabels();
  const names = (claims: readonly string[]): string =>
    new Intl.ListFormat(language.value).format(claims.map((name) => labelOf(name)));
  const { takes, leaves, leafIndex } = preview;
  const seen = leaves.grants.reduce((sum, { accesses }) => sum + accesses, 0);
  const goes = [
    takes.claims.length > 0 && texts.claims(names(takes.claims)),
    takes.received !== null && texts.received(takes.received),
    takes.pictures > 0 && texts.pictures(takes.pictures),
    takes.copies > 0 && texts.copies(takes.copies),
    takes.people > 0 && texts.people(takes.people),
    texts.always,
  ];
  const stays = [
    texts.leaf(leafIndex),
    leaves.claims.length > 0 && texts.publicClaims(names(leaves.claims)),
    leaves.events > 0 && texts.events(leaves.events),
    leaves.grants.length > 0 && texts.grants(leaves.grants.length, seen),
    leaves.givenTo.length > 0 && texts.givenTo([...new Set(leaves.givenTo)].join(", ")),
    leaves.otherRecords > 0 && texts.others(leaves.otherRecords),
    texts.backups,
  ];
  return (
    <div class="sides">
      <Side title={texts.goes} kind="goes" items={goes} />
      <Side title={texts.stays} kind="stays" items={stays} />
    </div>
  );
}

interface SideProps {
  readonly title: string;
  readonly kind: "goes" | "stays";
  readonly items: readonly (string | false)[];
}

function Side({ title, kind, items }: SideProps) {
  return (
    <div class={`side side-${kind}`}>
      <h4>{title}</h4>
      <ul>{items.map((item) => item !== false && <li key={item}>{item}</li>)}</ul>
    </div>
  );
}
