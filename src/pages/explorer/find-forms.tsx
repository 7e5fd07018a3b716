/** Forms by which records are found. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { Button } from "../components/button.tsx";
import { ChoiceField, TextField } from "../components/field.tsx";
import { Notice } from "../components/notice.tsx";
import { useEnd } from "../components/use-end.ts";
import { textsIn } from "../texts/language.ts";
import { ask, type ListedRecord, type Page } from "./api.ts";
import { leadsTo } from "./leads-to.ts";
import { useLive } from "./live.ts";
import { addressOf, goTo, place } from "../app/router.ts";
import { EXPLORER } from "./texts/explorer.ts";

function Form({ onSend, children }: { readonly onSend: () => void; readonly children: ComponentChildren }) {
  return (
    <form
      class="find"
      onSubmit={(event) => {
        event.preventDefault();
        onSend();
      }}
    >
      {children}
    </form>
  );
}

export function ExactForm() {
  const { records } = textsIn(EXPLORER);
  const typed = useSignal(place.value.query.get("hash") ?? place.value.query.get("leaf") ?? "");
  const isWrong = useSignal(false);
  const send = (): void => {
    const address = leadsTo(typed.value);
    isWrong.value = address === undefined;
    if (address !== undefined) goTo(address);
  };
  return (
    <Form onSend={send}>
      <TextField
        label={records.exact}
        hint={records.exactHint}
        error={isWrong.value ? records.exactWrong : undefined}
        value={typed.value}
        onInput={(text) => (typed.value = text)}
        isCode
      />
      <Button kind="main">{records.show}</Button>
    </Form>
  );
}

const DAY_SECONDS = 86_400;
const SECONDS = /^[0-9]{1,12}$/;

/** Start of a day in the reader's zone, POSIX seconds. */
function startOf(day: string, later = 0): string {
  return day === "" ? "" : String(Math.floor(new Date(`${day}T00:00:00`).getTime() / 1_000) + later);
}

/** The day of a time, as fields of dates write it. */
function dayOf(seconds: string | null, earlier = 0): string {
  if (seconds === null || !SECONDS.test(seconds)) return "";
  const time = new Date((Number(seconds) - earlier) * 1_000);
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

export function NarrowForm() {
  const { records } = textsIn(EXPLORER);
  const { query } = place.value;
  const source = useSignal(query.get("source") ?? "");
  const type = useSignal(query.get("type") ?? "");
  const from = useSignal(dayOf(query.get("since")));
  const to = useSignal(dayOf(query.get("until"), DAY_SECONDS));
  const { value } = useLive<{ readonly items: readonly { readonly type: string }[] }>("/v1/profiles", 3_600);
  const types = (value?.items ?? []).map((profile) => ({ value: profile.type, name: profile.type }));
  const send = (): void => {
    const span = { since: startOf(from.value), until: startOf(to.value, DAY_SECONDS) };
    goTo(addressOf("/records", { source: source.value.trim(), type: type.value, ...span }));
  };
  return (
    <Form onSend={send}>
      <div class="fields">
        <TextField label={records.source} value={source.value} onInput={(text) => (source.value = text)} isCode />
        <ChoiceField
          label={records.type}
          value={type.value}
          choices={[{ value: "", name: records.anyType }, ...types]}
          onChoose={(chosen) => (type.value = chosen)}
        />
        <TextField type="date" label={records.from} value={from.value} onInput={(day) => (from.value = day)} />
        <TextField type="date" label={records.to} value={to.value} onInput={(day) => (to.value = day)} />
      </div>
      <Button kind="main">{records.apply}</Button>{" "}
      <Button
        onPress={() => {
          goTo(addressOf("/records"));
        }}
      >
        {records.clear}
      </Button>
    </Form>
  );
}

export function OwnKeyForm() {
  const { records, failure } = textsIn(EXPLORER);
  const [apiKey, source, key] = [useSignal(""), useSignal(""), useSignal("")];
  const [trouble, isBusy] = [useSignal<string | undefined>(undefined), useSignal(false)];
  const end = useEnd();
  const send = async (): Promise<void> => {
    isBusy.value = true;
    const query = new URLSearchParams({ source: source.value.trim(), key: key.value });
    const answer = await ask<Page<ListedRecord>>(`/v1/records?${query.toString()}`, end, apiKey.value.trim());
    isBusy.value = false;
    if (end.aborted) return;
    if ("failure" in answer) {
      const { status } = answer.failure;
      trouble.value = status === 401 ? records.ownRefused : status === 0 ? failure.unreachable : failure.other(status);
      return;
    }
    const id = answer.value.items[0]?.id;
    trouble.value = id === undefined ? records.ownNone : undefined;
    if (id !== undefined) goTo(addressOf(`/records/${id}`));
  };
  return (
    <Form onSend={() => void send()}>
      <p class="quiet">{records.ownLead}</p>
      <div class="fields">
        <TextField
          type="password"
          label={records.apiKey}
          value={apiKey.value}
          onInput={(text) => (apiKey.value = text)}
          isCode
        />
        <TextField label={records.source} value={source.value} onInput={(text) => (source.value = text)} isCode />
        <TextField label={records.idempotencyKey} value={key.value} onInput={(text) => (key.value = text)} isCode />
      </div>
      {trouble.value !== undefined && <Notice kind="error">{trouble.value}</Notice>}
      <Button kind="main" isDisabled={isBusy.value}>
        {records.show}
      </Button>
    </Form>
  );
}
