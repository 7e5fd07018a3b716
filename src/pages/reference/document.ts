/** The OpenAPI document as the reference reads it: the parts that it shows, and a look-up of what others are referred to. */

/** A schema, as JSON Schema 2020-12 has it; what is not shown is not named here. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly example?: unknown;
}

/** A body of one media type. */
export interface Content {
  readonly schema?: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value?: unknown; readonly $ref?: string }>>;
}

type Contents = Readonly<Record<string, Content>>;

export interface Parameter {
  readonly in: "path" | "query" | "header";
  readonly name: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
}

/** What an operation may answer with. */
export interface Answer {
  readonly description: string;
  readonly content?: Contents;
}

interface DescribedOperation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Contents };
  readonly responses: Readonly<Record<string, Answer>>;
}

/** An operation with its place. */
export interface Operation extends DescribedOperation {
  readonly method: string;
  /** With `{name}` where a parameter stands. */
  readonly path: string;
}

/** The document. */
export interface ApiDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly tags: readonly { readonly name: string; readonly description?: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** All operations but those of pages, which are not called by programs. */
export function operationsOf({ paths }: Pick<ApiDocument, "paths">): Operation[] {
  return Object.entries(paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
    )
    .filter(({ tags }) => !tags.includes("pages"));
}

/** Whether anybody may call it, with no key. */
export function isOpen({ security }: Pick<Operation, "security">): boolean {
  return security.length === 0 || security.some((way) => Object.keys(way).length === 0);
}

/** What `#/components/…` names; undefined where there is nothing. */
export function lookUp(reference: string, document: Pick<ApiDocument, "components">): unknown {
  const [, , kind = "", name = ""] = reference.split("/");
  return document.components[kind]?.[name];
}

/** The examples of a body, by their names; one alone has none. */
export function examplesIn(
  content: Content,
  document: Pick<ApiDocument, "components">,
): (readonly [string, unknown])[] {
  if (content.example !== undefined) return [["", content.example]];
  return Object.entries(content.examples ?? {}).map(([name, { value, $ref }]) => {
    const found = $ref === undefined ? undefined : (lookUp($ref, document) as { readonly value?: unknown });
    return [name, value ?? found?.value];
  });
}

/** Whether all words occur in what the operation is called. */
export function isFound({ operationId, method, path, summary, tags }: Operation, query: string): boolean {
  const text = [operationId, method, path, summary, ...tags].join(" ").toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
