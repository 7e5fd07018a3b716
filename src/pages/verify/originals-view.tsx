/** The originals that somebody holds, and whether a record speaks of them. */
import { VerdictBadge } from "../components/badge.tsx";
import { Code } from "../components/code.tsx";
import { Section } from "../components/layout.tsx";
import { textsIn } from "../texts/language.ts";
import type { Judgement } from "./judge.ts";
import type { JudgedOriginal, Match } from "./originals.ts";
import { VERIFY, type VerifyTexts } from "./texts/catalogue.ts";

export function OriginalsView({ judgement: { bundles, originals } }: { readonly judgement: Judgement }) {
  const { originals: texts } = textsIn(VERIFY);
  const isAllRefuted = bundles.every(({ verdict }) => verdict.outcome === "refuted");
  return (
    <Section title={texts.title}>
      <ul class="originals">
        {originals.map((original, place) => (
          <li key={place}>
            <p class="original-name">
              <strong>{original.name}</strong> <VerdictBadge outcome={original.outcome} />
            </p>
            {sentencesOf(original, texts, isAllRefuted).map((sentence) => (
              <p key={sentence}>{sentence}</p>
            ))}
            <p class="quiet">
              {texts.hash} <Code value={original.sha256} />
            </p>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function sentencesOf(
  { outcome, matches }: JudgedOriginal,
  texts: VerifyTexts["originals"],
  isAllRefuted: boolean,
): readonly string[] {
  if (outcome === "holds") return matches.map((match) => sentenceOf(match, texts));
  return [outcome === "undecided" && isAllRefuted ? texts.inRefuted : texts[outcome]];
}

function sentenceOf(match: Match, texts: VerifyTexts["originals"]): string {
  if (match.as === "picture") return texts.picture(match.bundle, match.place);
  return texts[match.as](match.bundle);
}
