/** What is granted to whom, with what was fetched by it; and how a grant is made and withdrawn. */
import { useSignal } from "@preact/signals";
import { Button } from "../components/button.tsx";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { Section } from "../components/layout.tsx";
import { Table } from "../components/table.tsx";
import { Time } from "../components/time.tsx";
import { numberInWords } from "../texts/formats.ts";
import { textsIn } from "../texts/language.ts";
import type { GrantView, Page } from "./answers.ts";
import { ask, send } from "./api.ts";
import { DeskLayout } from "./desk-layout.tsx";
import { FailureNotice } from "./failure-notice.tsx";
import { GrantForm } from "./grant-form.tsx";
import { picked } from "./picked.ts";
import { FRAME } from "./texts/frame.ts";
import { GRANTS } from "./texts/grants.ts";
import { WORDS } from "./texts/words.ts";
import { useAnswer, useSending } from "./use-answer.ts";

const PATH = "/v1/privacy/disclosures?limit=1000";

export function GrantsView() {
  const texts = textsIn(GRANTS);
  const { loading } = textsIn(FRAME);
  const { value, failure } = useAnswer<Page<GrantView>>(PATH);
  const more = useSignal<readonly GrantView[]>([]);
  const cursor = useSignal<string | null | undefined>(undefined);
  const reading = useSending<Page<GrantView>>({ isQuiet: true });
  // Whoever brings records along wants to grant.
  const isPicked = picked.peek().records.length > 0;
  const next = cursor.value === undefined ? value?.nextCursor : cursor.value;
  const fetchMore = async (): Promise<void> => {
    const page = await reading.run(() => ask(`${PATH}&cursor=${encodeURIComponent(next ?? "")}`));
    if (!page) return;
    more.value = [...more.value, ...page.items];
    cursor.value = page.nextCursor;
  };
  return (
    <DeskLayout title={texts.title} lead={texts.lead}>
      {isPicked && <NewGrant />}
      <Section title={texts.list}>
        <FailureNotice failure={failure ?? reading.state.value.failure} />
        {value ? (
          <GrantTable grants={[...value.items, ...more.value].toReversed()} />
        ) : (
          !failure && <p class="quiet">{loading}</p>
        )}
        {next && (
          <p class="onward">
            <Button isDisabled={reading.state.value.isBusy} onPress={() => void fetchMore()}>
              {texts.more}
            </Button>
          </p>
        )}
      </Section>
      {!isPicked && <NewGrant />}
    </DeskLayout>
  );
}

function NewGrant() {
  return (
    <Section title={textsIn(GRANTS).grant}>
      <GrantForm />
    </Section>
  );
}

function GrantTable({ grants }: { readonly grants: readonly GrantView[] }) {
  const texts = textsIn(GRANTS);
  const words = textsIn(WORDS);
  const states: Readonly<Record<string, string>> = texts.states;
  const withdrawing = useSignal<GrantView | undefined>(undefined);
  if (grants.length === 0) return <p>{texts.none}</p>;
  return (
    <>
      <Table
        caption=""
        columns={[
          {
            title: words.record,
            cell: ({ record, disclosure }: GrantView) => (
              <>
                <a href={`/records/${record}`}>
                  <code>…{record.slice(-12)}</code>
                </a>{" "}
                <span class="quiet">{texts.number(disclosure)}</span>
              </>
            ),
          },
          { title: texts.to, cell: ({ recipient }) => recipient },
          { title: texts.what, cell: ({ claims, labels }) => claims.map((one) => labels[one] ?? one).join(", ") },
          { title: texts.until, cell: ({ until }) => <Time at={until} /> },
          { title: texts.seen, isNumber: true, cell: ({ accesses }) => numberInWords(accesses) },
          {
            title: words.state,
            cell: (grant) => (
              <>
                <span class={`state state-${grant.state}`}>{states[grant.state] ?? grant.state}</span>{" "}
                {grant.state === "in-force" && (
                  <button type="button" class="as-link" onClick={() => (withdrawing.value = grant)}>
                    {texts.withdraw}
                    <span class="visually-hidden"> {texts.number(grant.disclosure)}</span>
                  </button>
                )}
              </>
            ),
          },
        ]}
        rows={grants}
        keyOf={({ number }) => String(number)}
      />
      <Withdrawal grant={withdrawing.value} onClose={() => (withdrawing.value = undefined)} />
    </>
  );
}

interface WithdrawalProps {
  readonly grant: GrantView | undefined;
  readonly onClose: () => void;
}

function Withdrawal({ grant, onClose }: WithdrawalProps) {
  const texts = textsIn(GRANTS);
  const sending = useSending<object>();
  const disclosure = grant?.disclosure ?? 0;
  return (
    <>
      <FailureNotice failure={sending.state.value.failure} />
      <ConfirmDialog
        title={`${texts.withdraw}: ${texts.number(disclosure)}`}
        ids={grant ? [grant.record] : []}
        word={texts.withdraw}
        isOpen={grant !== undefined}
        onConfirm={() => void sending.run(() => send(`/v1/privacy/disclosures/${disclosure}/withdraw`, {}))}
        onClose={onClose}
      >
        <p>{texts.withdrawText(grant?.recipient ?? "")}</p>
        <p>{texts.withdrawSays}</p>
      </ConfirmDialog>
    </>
  );
}
