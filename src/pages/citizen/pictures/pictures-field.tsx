/** The pictures of a draft: taken or chosen, shown as others will see them but for faces, covered in part, removed. */
import { useSignal } from "@preact/signals";
import { MOST_PICTURES } from "../../../core/picture.ts";
import { Button } from "../../components/button.tsx";
import { FileField } from "../../components/field.tsx";
import { Notice } from "../../components/notice.tsx";
import { numberInWords } from "../../texts/formats.ts";
import { textsIn } from "../../texts/language.ts";
import type { Draft } from "../queue/drafts.ts";
import type { KeptPicture } from "../queue/kept.ts";
import { COMPOSE } from "../texts/compose.ts";
import { BoxEditor, styleOf } from "./box-editor.tsx";
import { ACCEPTED, pickedPicture, type PickTrouble } from "./picked.ts";
import { usePictureUrl } from "./picture-url.ts";

type Trouble = PickTrouble | "notHashed";

export function PicturesField({
  draft,
  onPlace,
}: {
  readonly draft: Draft;
  readonly onPlace: (bytes: ArrayBuffer) => void;
}) {
  const texts = textsIn(COMPOSE);
  const trouble = useSignal<Trouble | undefined>(undefined);
  const { pictures, key } = draft.post.value;
  const add = async (files: readonly File[]): Promise<void> => {
    trouble.value = undefined;
    for (const file of files.slice(0, MOST_PICTURES - draft.post.peek().pictures.length)) {
      const picked = await pickedPicture(file).catch((): Trouble => "notHashed");
      if (typeof picked === "string") trouble.value = picked;
      else if (await draft.addPicture(picked)) onPlace(picked.bytes);
    }
  };
  const isFull = pictures.length >= MOST_PICTURES;
  return (
    <fieldset class="pictures-field">
      <legend>{texts.pictures}</legend>
      <p class="hint">{texts.picturesHint}</p>
      <ul class="picked">
        {pictures.map((picture, index) => (
          <PickedPictureView key={picture.sha256} post={key} picture={picture} at={index + 1} draft={draft} />
        ))}
      </ul>
      {trouble.value !== undefined && <Notice kind="error">{texts.trouble[trouble.value]}</Notice>}
      {isFull ? (
        <p class="quiet">{texts.most(numberInWords(MOST_PICTURES))}</p>
      ) : (
        <p class="buttons">
          <FileField label={texts.take} accept={ACCEPTED} isCamera onFiles={(files) => void add(files)} />
          <FileField label={texts.choose} accept={ACCEPTED} isMultiple onFiles={(files) => void add(files)} />
        </p>
      )}
    </fieldset>
  );
}

interface PickedPictureViewProps {
  readonly post: string;
  readonly picture: KeptPicture;
  readonly at: number;
  readonly draft: Draft;
}

function PickedPictureView({ post, picture, at, draft }: PickedPictureViewProps) {
  const texts = textsIn(COMPOSE);
  const isOpen = useSignal(false);
  const { sha256, type, hide } = picture;
  const url = usePictureUrl(post, sha256, type);
  return (
    <li>
      <CoveredPicture url={url} name={texts.pictureOf(at)} picture={picture} />
      <p class="quiet">{hide.length > 0 && texts.covered(numberInWords(hide.length))}</p>
      <p class="buttons">
        <Button onPress={() => (isOpen.value = true)} isDisabled={url === undefined}>
          {texts.hide} <span class="visually-hidden">{texts.pictureOf(at)}</span>
        </Button>
        <Button
          onPress={() => {
            draft.removePicture(sha256);
          }}
        >
          {texts.remove} <span class="visually-hidden">{texts.pictureOf(at)}</span>
        </Button>
      </p>
      {url !== undefined && (
        <BoxEditor
          {...{ picture, url, at, isOpen: isOpen.value }}
          onBoxes={(boxes) => {
            draft.changePicture(sha256, { hide: boxes });
          }}
          onClose={() => (isOpen.value = false)}
        />
      )}
    </li>
  );
}

interface CoveredPictureProps {
  readonly url: string | undefined;
  readonly name: string;
  readonly picture: KeptPicture;
}

/** With what its author has covered. */
export function CoveredPicture({ url, name, picture: { hide } }: CoveredPictureProps) {
  return (
    <span class="covered">
      {url !== undefined && <img src={url} alt={name} decoding="async" />}
      {hide.map((box) => (
        <span key={box.join()} class="box" style={styleOf(box)} />
      ))}
    </span>
  );
}
