/** The researcher's page: what this service's anchors took, to be downloaded, cited, and measured again. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { AnchorFigures } from "../../core/anchor-csv.ts";
import { Code } from "../components/code.tsx";
import { Layout, Section } from "../components/layout.tsx";
import { mount } from "../components/mount.tsx";
import { Notice } from "../components/notice.tsx";
import { language, textsIn } from "../texts/language.ts";
import { askStatus, newestAnchors, type CitedLog } from "./api.ts";
import { Citation } from "./citation.tsx";
import { DataSection } from "./data-section.tsx";
import { FiguresSection } from "./figures-section.tsx";
import { RESEARCH } from "./texts/research.ts";

interface Loaded {
  readonly anchors: readonly AnchorFigures[] | undefined;
  readonly log: CitedLog | undefined;
}

function Research() {
  const texts = textsIn(RESEARCH);
  const loaded = useSignal<Loaded | undefined>(undefined);
  useEffect(() => {
    void Promise.all([newestAnchors(), askStatus()]).then(([anchors, log]) => (loaded.value = { anchors, log }));
  }, []);
  const { anchors, log } = loaded.value ?? {};
  return (
    <Layout title={texts.title} lead={texts.lead} nav={<Navigation />}>
      {!loaded.value && <p class="quiet">{texts.loading}</p>}
      {loaded.value && !(anchors && log) && <Notice kind="warning">{texts.unreachable}</Notice>}
      {anchors && <FiguresSection anchors={anchors} />}
      <DataSection />
      {log && <Citation log={log} />}
      <Repeat />
    </Layout>
  );
}

function Navigation() {
  const { overview, anchors, verify } = textsIn(RESEARCH).nav;
  const to = (path: string): string => `${path}?lang=${language.value}`;
  return (
    <>
      <a href={to("/")}>{overview}</a>
      <a href={to("/anchors")}>{anchors}</a>
      <a href={to("/verify")}>{verify}</a>
    </>
  );
}

function Repeat() {
  const { repeat, repeatLead, repeatList, repeatExact, repeatTimed } = textsIn(RESEARCH);
  const commands = [
    [repeatList, "npm run bench -- --list"],
    [repeatExact, "npm run bench -- --only proof-size --sweep size=1,100,10000,1000000 --plot proof-size.svg"],
    [repeatTimed, "npm run bench -- --only finality-tag --sweep epoch=0,1,2,4 --plot finality.svg"],
  ] as const;
  return (
    <Section title={repeat} class="spaced">
      <p>{repeatLead}</p>
      {commands.map(([what, command]) => (
        <div key={command}>
          <p>{what}</p>
          <p>
            <Code value={command} canCopy />
          </p>
        </div>
      ))}
    </Section>
  );
}

mount(Research);
