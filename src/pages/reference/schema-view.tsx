/** A schema as a list of names, types and what they are; deeper levels behind a click, so that it ends where it circles. */
import { useSignal } from "@preact/signals";
import { textsIn } from "../texts/language.ts";
import { lookUp, type ApiDocument, type Schema } from "./document.ts";
import { Prose } from "./prose.tsx";
import { REFERENCE } from "./texts.ts";

interface SchemaViewProps {
  readonly schema: Schema;
  readonly document: ApiDocument;
}

export function SchemaView({ schema, document }: SchemaViewProps) {
  const { required } = textsIn(REFERENCE);
  const whole = resolved(schema, document);
  const members = membersOf(whole, document);
  if (members.length === 0) return <p class="quiet">{shortType(whole)}</p>;
  return (
    <ul class="schema">
      {members.map(([name, one, isRequired]) => {
        const found = resolved(one, document);
        return (
          <li key={name}>
            <code>{name}</code> <span class="quiet">{shortType(found)}</span>
            {isRequired && <span class="quiet"> · {required}</span>}
            {found.description !== undefined && (
              <>
                {" "}
                <Prose text={found.description} />
              </>
            )}
            {membersOf(found, document).length > 0 && <Deeper schema={found} document={document} name={name} />}
          </li>
        );
      })}
    </ul>
  );
}

function Deeper({ schema, document, name }: SchemaViewProps & { readonly name: string }) {
  const isShown = useSignal(false);
  return (
    <details
      onToggle={({ currentTarget }) => {
        isShown.value = currentTarget.open;
      }}
    >
      <summary>
        <code>{name} …</code>
      </summary>
      {isShown.value && <SchemaView schema={schema} document={document} />}
    </details>
  );
}

function resolved(schema: Schema, document: ApiDocument): Schema {
  const found = schema.$ref === undefined ? undefined : (lookUp(schema.$ref, document) as Schema | undefined);
  return found ? { ...found, ...(schema.description !== undefined && { description: schema.description }) } : schema;
}

type Member = readonly [name: string, schema: Schema, isRequired: boolean];

/** Members of an object, of what a list holds, or of the forms that something may have. */
function membersOf(schema: Schema, document: ApiDocument): Member[] {
  const { properties, required = [], items, allOf = [], anyOf = [], oneOf = [] } = schema;
  if (properties) return Object.entries(properties).map(([name, one]) => [name, one, required.includes(name)]);
  if (items) return membersOf(resolved(items, document), document);
  const forms = [...anyOf, ...oneOf].filter(({ type }) => type !== "null");
  if (forms.length === 1) return membersOf(resolved(forms[0] as Schema, document), document);
  return allOf.flatMap((one) => membersOf(resolved(one, document), document));
}

const MOST_VALUES = 8;

/** A type in a few words. */
export function shortType(schema: Schema): string {
  const { type, format, enum: values, const: only, items, anyOf, oneOf, minimum, maximum, $ref } = schema;
  if ($ref !== undefined) return $ref.split("/").at(-1) ?? "";
  if (only !== undefined) return JSON.stringify(only);
  if (values) return listed(values.map((value) => JSON.stringify(value)));
  if (items) return `list of ${shortType(items)}`;
  const forms = anyOf ?? oneOf;
  if (forms) return listed(forms.map(shortType));
  const span = minimum !== undefined && maximum !== undefined && maximum < 1e12 ? ` ${minimum}–${maximum}` : "";
  const name = Array.isArray(type) ? type.join(" | ") : ((type as string | undefined) ?? "any");
  return `${name}${format === undefined ? "" : ` (${format})`}${span}`;
}

function listed(words: readonly string[]): string {
  return `${words.slice(0, MOST_VALUES).join(" | ")}${words.length > MOST_VALUES ? " | …" : ""}`;
}
