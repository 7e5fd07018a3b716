/** How the log is cited, in words and as BibTeX. */
import { Code } from "../components/code.tsx";
import { Facts } from "../components/facts.tsx";
import { Section } from "../components/layout.tsx";
import { dayInWords, numberInWords } from "../texts/formats.ts";
import { textsIn } from "../texts/language.ts";
import type { CitedLog } from "./api.ts";
import { RESEARCH } from "./texts/research.ts";

export function Citation({ log }: { readonly log: CitedLog }) {
  const texts = textsIn(RESEARCH);
  const { origin, vkey, chainId, contract, treeSize, rootHash } = log;
  const now = new Date();
  return (
    <Section title={texts.cite} class="spaced">
      <p>{texts.citeLead}</p>
      <h3>{texts.text}</h3>
      <p>{texts.citation(origin, numberInWords(treeSize), dayInWords(now.getTime() / 1_000))}</p>
      <Facts
        facts={[
          [texts.rootHash, <Code key="root" value={rootHash} canCopy />],
          [
            texts.contract,
            <>
              <Code key="contract" value={contract} canCopy /> ({texts.onChain(String(chainId))})
            </>,
          ],
          [texts.key, <Code key="key" value={vkey} canCopy />],
        ]}
      />
      <h3>{texts.bibtex}</h3>
      <p>
        <Code value={bibtexOf(log, now, location.origin)} canCopy />
      </p>
    </Section>
  );
}

/** One line: BibTeX does not mind, and a copied one is whole. */
function bibtexOf({ origin, chainId, contract, treeSize, rootHash }: CitedLog, at: Date, url: string): string {
  const day = at.toISOString().slice(0, 10);
  const name = origin.replaceAll(/[^a-zA-Z0-9]+/g, "-");
  const note = `root hash ${rootHash}, anchored in ${contract} on chain ${chainId}`;
  return (
    `@misc{${name}-${treeSize}, title = {Warifu log ${escaped(origin)}, checkpoint of ${treeSize} entries}, ` +
    `year = {${day.slice(0, 4)}}, howpublished = {${escaped(url)}}, note = {${note}}, urldate = {${day}}}`
  );
}

/** Characters that mean something to TeX. */
function escaped(text: string): string {
  return text.replaceAll(/[\\{}]/g, "").replaceAll(/[#$%&_]/g, "\\$&");
}
