/** A sampled audit of a whole log: where it is, how many entries, from which seed; and while it runs, how far it is. */
import { useEffect } from "preact/hooks";
import { Button } from "../components/button.tsx";
import { EnglishDetail } from "../components/english-detail.tsx";
import { TextField } from "../components/field.tsx";
import { Section } from "../components/layout.tsx";
import { Notice } from "../components/notice.tsx";
import { numberInWords, roundedInWords, spanInWords } from "../texts/formats.ts";
import { textsIn } from "../texts/language.ts";
import * as sample from "./sample-state.ts";
import { chosen, nodeAddress } from "./state.ts";
import { SAMPLE } from "./texts/sample.ts";
import { VERIFY } from "./texts/catalogue.ts";

export function SamplePanel() {
  const texts = textsIn(SAMPLE);
  const use = chosen.value;
  useEffect(sample.findStoppedSample, [use]);
  return (
    <Section title={texts.title} class="no-print sample">
      <p class="quiet">{texts.why}</p>
      {sample.running.value ? <Running /> : <Order />}
      {sample.fault.value !== undefined && (
        <Notice kind="error" title={texts.failed}>
          <EnglishDetail>{sample.fault.value}</EnglishDetail>
        </Notice>
      )}
    </Section>
  );
}

function Order() {
  const texts = textsIn(SAMPLE);
  const before = sample.stopped.value;
  if (before) return <Stopped done={before.before?.done ?? 0} total={before.leaves} />;
  return (
    <>
      <Fields />
      {!chosen.value && <Notice kind="warning">{textsIn(VERIFY).given.first}</Notice>}
      {nodeAddress.value.trim() === "" && <p class="quiet after">{texts.noNode}</p>}
      <p class="buttons">
        <Button kind="main" isDisabled={!sample.canStart.value} onPress={sample.startSample}>
          {texts.start}
        </Button>
      </p>
    </>
  );
}

function Fields() {
  const texts = textsIn(SAMPLE);
  const percent = sample.mostAltered.value;
  const isAddressWrong = sample.logAddress.value !== "" && sample.isAddressWrong.value;
  return (
    <div class="policy-choice">
      <TextField
        label={texts.address}
        hint={texts.addressHint}
        type="url"
        isCode
        value={sample.logAddress.value}
        error={isAddressWrong ? texts.wrongAddress : undefined}
        onInput={(text) => {
          sample.logAddress.value = text;
        }}
      />
      <TextField
        label={texts.leaves}
        hint={percent === undefined ? undefined : texts.bound(roundedInWords(percent))}
        value={sample.leafCount.value}
        error={sample.leaves.value === undefined ? texts.wrongLeaves : undefined}
        onInput={(text) => {
          sample.leafCount.value = text;
        }}
      />
      <TextField
        label={texts.seed}
        hint={texts.seedHint}
        value={sample.seed.value}
        onInput={(text) => {
          sample.seed.value = text;
        }}
      />
    </div>
  );
}

function Running() {
  const texts = textsIn(SAMPLE);
  const { done, total, rate } = sample.progress.value ?? { done: 0, total: 0, rate: 0 };
  const isMoving = total > 0 && rate > 0;
  return (
    <div class="progress">
      <progress aria-label={texts.title} max={total || 1} value={isMoving ? done : undefined} />
      <p>
        {isMoving
          ? texts.progress(numberInWords(done), numberInWords(total), {
              rate: roundedInWords(rate),
              left: spanInWords((total - done) / rate),
            })
          : texts.beginning}
      </p>
      <p class="buttons">
        <Button onPress={sample.stopSample}>{texts.stop}</Button>
      </p>
    </div>
  );
}

function Stopped({ done, total }: { readonly done: number; readonly total: number }) {
  const texts = textsIn(SAMPLE);
  return (
    <>
      <Notice kind="info">{texts.stopped(numberInWords(done), numberInWords(total))}</Notice>
      <p class="buttons">
        <Button kind="main" isDisabled={!chosen.value} onPress={sample.resumeSample}>
          {texts.goOn}
        </Button>
        <Button onPress={sample.clearSample}>{texts.anew}</Button>
      </p>
    </>
  );
}
