/** Whom the verifier trusts: a policy from inside the page, a file or pasted text, and its fingerprint to compare. */
import { useSignal } from "@preact/signals";
import type { Policy } from "../../core/policy.ts";
import { Button } from "../components/button.tsx";
import { Code } from "../components/code.tsx";
import { EnglishDetail } from "../components/english-detail.tsx";
import { Facts, type Fact } from "../components/facts.tsx";
import { FileField, TextField } from "../components/field.tsx";
import { Section } from "../components/layout.tsx";
import { Notice } from "../components/notice.tsx";
import { useEnd } from "../components/use-end.ts";
import { textsIn } from "../texts/language.ts";
import { chosen, forgetPolicy, policyFault, usePolicy, type ChosenPolicy } from "./state.ts";
import { savePageWith } from "./pinned-page.ts";
import { VERIFY } from "./texts/catalogue.ts";

export function PolicyPanel() {
  const { policy: texts } = textsIn(VERIFY);
  const use = chosen.value;
  return (
    <Section title={texts.title}>
      <p class="quiet no-print">{texts.why}</p>
      {use ? <ChosenView chosen={use} /> : <PolicyChoice />}
    </Section>
  );
}

function PolicyChoice() {
  const { policy: texts } = textsIn(VERIFY);
  const pasted = useSignal("");
  const fault = policyFault.value;
  const end = useEnd();
  return (
    <div class="no-print policy-choice">
      <FileField
        label={texts.choose}
        accept=".json,application/json"
        onFiles={([file]) => {
          if (file)
            void file.text().then((text) => {
              // Another one may have been chosen, and compared, while this one was read.
              if (!end.aborted) usePolicy(text);
            });
        }}
      />
      <TextField
        label={texts.paste}
        hint={texts.pasteHint}
        rows={4}
        isCode
        value={pasted.value}
        onInput={(text) => {
          pasted.value = text;
        }}
      />
      {fault !== undefined && (
        <Notice kind="error" title={texts.wrong}>
          <EnglishDetail>{fault}</EnglishDetail>
        </Notice>
      )}
      <Button
        kind="main"
        isDisabled={pasted.value.trim() === ""}
        onPress={() => {
          usePolicy(pasted.value);
        }}
      >
        {texts.use}
      </Button>
    </div>
  );
}

function ChosenView({ chosen: { policy, fingerprint, isPinned } }: { readonly chosen: ChosenPolicy }) {
  const { policy: texts } = textsIn(VERIFY);
  return (
    <>
      {isPinned && <p>{texts.pinned}</p>}
      <div class="fingerprint">
        <h3>{texts.fingerprint}</h3>
        <p class="fingerprint-digits">
          {fingerprint.split(" ").map((group) => (
            <span key={group}>{group} </span>
          ))}
        </p>
        <p class="quiet">{texts.fingerprintHint}</p>
      </div>
      <Facts facts={factsOf(policy)} />
      {!isPinned && (
        <p class="buttons">
          <Button onPress={forgetPolicy}>{texts.change}</Button>
          <Button
            onPress={() => {
              savePageWith(policy);
            }}
          >
            {texts.keep}
          </Button>
        </p>
      )}
    </>
  );
}

function factsOf({ log, chain, sources, witnesses }: Policy): Fact[] {
  const { policy: texts } = textsIn(VERIFY);
  const { keys, quorum } = witnesses;
  const names = [...new Set(sources.map(({ name }) => name))];
  return [
    [texts.log, <Code value={log.name} />],
    [texts.chain, <Code value={texts.chainValue(chain.id, chain.contract)} />],
    [texts.rule, texts.rules[chain.accept]],
    [texts.sources, names.length === 0 ? texts.none : names.join(", ")],
    [texts.witnesses, keys.length === 0 ? texts.none : texts.witnessesValue(quorum, keys.length)],
  ];
}
