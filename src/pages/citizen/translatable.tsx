/** What somebody wrote, in their language first; a translation on demand, labelled, and the original one tap away. */
import { useSignal } from "@preact/signals";
import { LANGUAGES, OWN_NAMES, type Language } from "../../texts/languages.ts";
import { language, textsIn } from "../texts/language.ts";
import type { Translation } from "./answers.ts";
import { ask } from "./api.ts";
import { canTranslate } from "./city.ts";
import { POSTS } from "./texts/posts.ts";

interface TranslatableProps {
  /** Of the post or comment. */
  readonly id: string;
  readonly text: string;
  /** Where nobody said which it is, nothing is translated. */
  readonly language: string | undefined;
  /** Languages that there is a translation in. */
  readonly translated: readonly string[] | undefined;
}

export function Translatable({ id, text, language: written, translated }: TranslatableProps) {
  const found = useSignal<Translation | "asked" | "none" | undefined>(undefined);
  const reader = language.value;
  const isForeign = written !== undefined && written.slice(0, 2) !== reader;
  const isOffered = isForeign && canTranslate(written, reader, translated);
  const translation = typeof found.value === "object" && found.value.to === reader ? found.value : undefined;
  const translate = async (): Promise<void> => {
    found.value = "asked";
    const answer = await ask<Translation>(`/v1/posts/${id}/translation?to=${reader}`);
    found.value = "value" in answer ? answer.value : "none";
  };
  return (
    <div class="words">
      <p class="said" lang={translation ? reader : written}>
        {translation ? translation.text : text}
      </p>
      {isOffered && (
        <TranslationLine
          found={translation ?? (typeof found.value === "string" ? found.value : undefined)}
          onTranslate={() => void translate()}
          onOriginal={() => (found.value = undefined)}
        />
      )}
    </div>
  );
}

interface TranslationLineProps {
  readonly found: Translation | "asked" | "none" | undefined;
  readonly onTranslate: () => void;
  readonly onOriginal: () => void;
}

function TranslationLine({ found, onTranslate, onOriginal }: TranslationLineProps) {
  const texts = textsIn(POSTS);
  return (
    <p class="translation" role="status">
      {found === "asked" && texts.translating}
      {found === "none" && texts.notTranslated}
      {found === undefined && (
        <button type="button" class="as-link" onClick={onTranslate}>
          {texts.translate(OWN_NAMES[language.value])}
        </button>
      )}
      {typeof found === "object" && (
        <>
          <span>{texts.translationOf[found.label](nameOf(found.from))}</span>{" "}
          <button type="button" class="as-link" onClick={onOriginal}>
            {texts.original}
          </button>
        </>
      )}
    </p>
  );
}

/** What a language is called in the reader's. */
function nameOf(code: string): string {
  const own = LANGUAGES.find((one): one is Language => one === code.slice(0, 2));
  const names = new Intl.DisplayNames(language.value, { type: "language" });
  return names.of(code) ?? (own ? OWN_NAMES[own] : code);
}
