/**
 * What a program said, in English, beside a sentence in the reader's language: in English it is a line, elsewhere it is folded
 * away for whoever can use it.
 */
import type { ComponentChildren } from "preact";
import { language, textsIn } from "../texts/language.ts";
import { SHARED } from "../texts/shared.ts";

export function EnglishDetail({ children }: { readonly children: ComponentChildren }) {
  const { detail, detailInEnglish } = textsIn(SHARED);
  if (language.value === "en")
    return (
      <div class="technical">
        {detail}: {children}
      </div>
    );
  return (
    <details class="technical">
      <summary>{detailInEnglish}</summary>
      <p lang="en">{children}</p>
    </details>
  );
}
