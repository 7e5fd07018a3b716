/** The form of a post: pictures, what it is about, words and place; each change is kept at once. */
import { useSignal } from "@preact/signals";
import { Button } from "../components/button.tsx";
import { ChoiceField, FileField, TextField } from "../components/field.tsx";
import { Form } from "../components/form.tsx";
import { Notice } from "../components/notice.tsx";
import { addressOf, goTo } from "../app/router.ts";
import { LANGUAGES, OWN_NAMES } from "../../texts/languages.ts";
import { textsIn } from "../texts/language.ts";
import { categoryName, city, said } from "./city.ts";
import { DiscardButton } from "./discard-button.tsx";
import { placeIn, type Place } from "./pictures/gps.ts";
import { PicturesField } from "./pictures/pictures-field.tsx";
import { PlaceField, precisionOf, type Precision } from "./place-field.tsx";
import { DRAFT_ENDING, draftFile, keptFromFile } from "./queue/draft-file.ts";
import { isEmpty, type Draft } from "./queue/drafts.ts";
import type { KeptPost } from "./queue/kept.ts";
import { saveFile } from "./save-file.ts";
import { COMPOSE } from "./texts/compose.ts";
import { useOpenThemes } from "./use-themes.ts";

interface ComposeFormProps {
  readonly draft: Draft;
  /** All that is needed is there. */
  readonly onLook: () => void;
}

type Missing = "category" | "content" | "area";

export function ComposeForm({ draft, onLook }: ComposeFormProps) {
  const texts = textsIn(COMPOSE);
  const precision = useSignal<Precision>(precisionOf(draft.post.peek()));
  const ofPicture = useSignal<Place | undefined>(undefined);
  const missing = useSignal<Missing | undefined>(undefined);
  const post = draft.post.value;
  const look = (): void => {
    missing.value = whatIsMissing(draft.post.peek(), precision.peek());
    if (missing.value === undefined) onLook();
  };
  const errorOf = (what: Missing): string | undefined => (missing.value === what ? texts.missing[what] : undefined);
  return (
    <Form onSend={look}>
      <PicturesField
        draft={draft}
        onPlace={(bytes) => {
          ofPicture.value ??= placeIn(bytes);
        }}
      />
      <ThemeAndCategory draft={draft} error={errorOf("category")} />
      <TextField
        label={texts.words}
        hint={texts.wordsHint}
        rows={5}
        value={post.text}
        error={errorOf("content")}
        onInput={(text) => {
          draft.change({ text: text.slice(0, MOST_LETTERS) });
        }}
      />
      <ChoiceField
        label={texts.language}
        value={post.language}
        choices={LANGUAGES.map((one) => ({ value: one, name: OWN_NAMES[one] }))}
        onChoose={(chosen) => {
          draft.change({ language: chosen });
        }}
      />
      <PlaceField {...{ draft, precision, ofPicture: ofPicture.value, error: errorOf("area") }} />
      <KeepingNotice draft={draft} />
      <p class="buttons">
        <Button kind="main">{texts.toPreview}</Button>
      </p>
      <DraftDeeds draft={draft} />
    </Form>
  );
}

const MOST_LETTERS = 4_000;

function whatIsMissing({ category, text, pictures, area }: KeptPost, precision: Precision): Missing | undefined {
  if (category === "") return "category";
  if (text.trim() === "" && pictures.length === 0) return "content";
  return precision !== "none" && area === "" ? "area" : undefined;
}

function ThemeAndCategory({ draft, error }: { readonly draft: Draft; readonly error: string | undefined }) {
  const texts = textsIn(COMPOSE);
  const themes = useOpenThemes();
  const { theme, category } = draft.post.value;
  return (
    <>
      {(themes.length > 0 || theme !== "") && (
        <ChoiceField
          label={texts.theme}
          value={theme}
          choices={[
            { value: "", name: texts.noTheme },
            ...themes.map((one) => ({ value: one.theme, name: said(one.titles) })),
            ...(theme !== "" && !themes.some((one) => one.theme === theme) ? [{ value: theme, name: theme }] : []),
          ]}
          onChoose={(chosen) => {
            draft.change({ theme: chosen });
          }}
        />
      )}
      <ChoiceField
        label={texts.category}
        error={error}
        value={category}
        choices={[
          { value: "", name: texts.choice },
          ...(city.value?.categories ?? []).map(({ code }) => ({ value: code, name: categoryName(code) })),
        ]}
        onChoose={(chosen) => {
          draft.change({ category: chosen });
        }}
      />
    </>
  );
}

/** Whether it is kept; nothing is said of a draft in which there is nothing. */
function KeepingNotice({ draft }: { readonly draft: Draft }) {
  const { keep } = textsIn(COMPOSE);
  const trouble = draft.trouble.value;
  if (trouble !== undefined) return <Notice kind="error">{keep[trouble]}</Notice>;
  return isEmpty(draft.post.value) ? null : <p class="quiet">{keep.kept}</p>;
}

function DraftDeeds({ draft }: { readonly draft: Draft }) {
  const texts = textsIn(COMPOSE);
  const isNone = useSignal(false);
  const open = async (files: readonly File[]): Promise<void> => {
    const [file] = files;
    const key = file && (await keptFromFile(file).catch(() => undefined));
    isNone.value = key === undefined;
    if (key !== undefined) goTo(addressOf("/app/new", { draft: key }));
  };
  const isThere = !isEmpty(draft.post.value);
  return (
    <>
      {isNone.value && <Notice kind="error">{texts.noDraftFile}</Notice>}
      <div class="buttons">
        {isThere && (
          <Button
            onPress={() =>
              void draftFile(draft.post.peek()).then((file) => {
                saveFile(file, `warifu${DRAFT_ENDING}`);
              })
            }
          >
            {texts.saveFile}
          </Button>
        )}
        <FileField label={texts.openFile} accept={DRAFT_ENDING} onFiles={(files) => void open(files)} />
        {isThere && (
          <DiscardButton
            postKey={draft.post.value.key}
            onGone={() => {
              goTo(addressOf("/app/mine"));
            }}
          />
        )}
      </div>
    </>
  );
}
