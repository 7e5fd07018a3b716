// Writes the worked example into docs/formats.md and its two files anew, after a deliberate change of a format:
//
//   node test/docs/rewrite-examples.ts && npm run format

import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { readDocument, ROOT } from "./support/documents.ts";
import { documentedExample, EXAMPLE_FILES, FORMATS } from "./support/documented-example.ts";

async function rewrite(): Promise<void> {
  const { blocks, files } = await documentedExample();
  let { text } = readDocument(FORMATS);
  for (const [name, content] of blocks)
    text = text.replace(
      new RegExp(`(<!-- example: ${name} -->\\n\\n\`\`\`\\w+\\n)[\\s\\S]*?(\`\`\`\\n)`),
      (_all, before: string, after: string) => `${before}${content}\n${after}`,
    );
  writeFileSync(join(ROOT, FORMATS), text);
  writeFileSync(join(ROOT, EXAMPLE_FILES.bundle), files.bundle);
  writeFileSync(join(ROOT, EXAMPLE_FILES.policy), files.policy);
}

// A test runner that loads every file of the folder must not change the document.
if (import.meta.main) await rewrite();
