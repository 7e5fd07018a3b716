/** The files to check: dropped anywhere on the page, or chosen. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Button } from "../components/button.tsx";
import { FileField } from "../components/field.tsx";
import { Section } from "../components/layout.tsx";
import { Notice } from "../components/notice.tsx";
import { textsIn } from "../texts/language.ts";
import { addFiles, chosen, given, removeFiles } from "./state.ts";
import { VERIFY } from "./texts/catalogue.ts";

export function FilesPanel() {
  const { given: texts } = textsIn(VERIFY);
  const isOver = useDrop();
  const { bundles, forks, originals, problems } = given.value;
  const files = [...new Set([...bundles, ...forks, ...originals].map(({ name }) => name))];
  const isEmpty = files.length + problems.length === 0;
  return (
    <Section title={texts.title} class="no-print">
      <div class={isOver ? "drop drop-over" : "drop"}>
        <p class="drop-title">{texts.drop}</p>
        <p class="quiet">{texts.dropHint}</p>
        <FileField label={texts.choose} isMultiple onFiles={(chosenFiles) => void addFiles(chosenFiles)} />
      </div>
      <Problems />
      {!isEmpty && (
        <>
          <ul class="files">
            {files.slice(0, MOST_NAMED).map((name) => (
              <li key={name}>{name}</li>
            ))}
            {files.length > MOST_NAMED && <li>…</li>}
          </ul>
          <Button onPress={removeFiles}>{texts.clear}</Button>
        </>
      )}
    </Section>
  );
}

const MOST_NAMED = 12;

function Problems() {
  const { given: texts } = textsIn(VERIFY);
  const { bundles, forks, originals, problems } = given.value;
  const isWaiting = bundles.length + forks.length > 0 && !chosen.value;
  return (
    <>
      {problems.map(({ name, problem }, place) => (
        <Notice key={place} kind="error">
          <p>
            <strong>{name}</strong> {texts.problems[problem]}
          </p>
        </Notice>
      ))}
      {isWaiting && <Notice kind="warning">{texts.first}</Notice>}
      {originals.length > 0 && bundles.length === 0 && <Notice kind="warning">{texts.only}</Notice>}
    </>
  );
}

/** Takes files that are dropped anywhere on the page. @returns whether some are held over it */
function useDrop(): boolean {
  const isOver = useSignal(false);
  useEffect(() => {
    const set = (value: boolean) => (event: DragEvent) => {
      event.preventDefault();
      isOver.value = value;
    };
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      isOver.value = false;
      void addFiles([...(event.dataTransfer?.files ?? [])]);
    };
    const listeners = { dragover: set(true), dragleave: set(false), drop };
    const ending = new AbortController();
    for (const [name, listener] of Object.entries(listeners))
      addEventListener(name, listener as EventListener, { signal: ending.signal });
    return () => {
      ending.abort();
    };
  }, []);
  return isOver.value;
}
