/** An example as a command for a shell: curl, with the key in a variable and never in the text. */
import type { ExampleBody, RequestExample } from "./example.ts";

/** The command. */
export function curlOf({ method, path, secret, body }: RequestExample, origin: string): string {
  const isImplied = method === "GET" || (method === "POST" && body !== undefined);
  return [
    `curl ${isImplied ? "" : `-X ${method} `}${quoted(`${origin}${path}`)}`,
    ...(secret ? [`-H "Authorization: Bearer $${secret}"`] : []),
    ...(body ? bodyWords(body) : []),
  ].join(" \\\n  ");
}

/** What stands for an API key in the document. */
const KEY = "wk_…";

function bodyWords(body: ExampleBody): string[] {
  if ("fields" in body)
    return Object.entries(body.fields).map(([name, value]) =>
      value === KEY ? `--data-urlencode "${name}=$WARIFU_API_KEY"` : `--data-urlencode ${quoted(`${name}=${value}`)}`,
    );
  const type = `-H ${quoted(`content-type: ${body.type}`)}`;
  return [type, "file" in body ? `--data-binary @${body.file}` : `-d ${quoted(JSON.stringify(body.json))}`];
}

/** As one word, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
