/** Where parts of a picture are covered: with a finger, a mouse or the keys of a keyboard. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { textsIn } from "../../texts/language.ts";
import type { KeptPicture } from "../queue/kept.ts";
import { COMPOSE } from "../texts/compose.ts";
import { boxAfter, boxBetween, MIDDLE, type Box, type Point } from "./boxes.ts";

interface BoxEditorProps {
  readonly picture: KeptPicture;
  readonly url: string;
  /** Which one it is, from 1. */
  readonly at: number;
  readonly isOpen: boolean;
  readonly onBoxes: (boxes: readonly Box[]) => void;
  readonly onClose: () => void;
}

export function BoxEditor(props: BoxEditorProps) {
  const texts = textsIn(COMPOSE);
  const { at, isOpen, onClose } = props;
  return (
    <Dialog title={texts.editor(at)} isOpen={isOpen} onClose={onClose} hasOwnClose>
      {isOpen && <Editor {...props} />}
    </Dialog>
  );
}

function Editor({ picture: { hide }, url, at, onBoxes, onClose }: BoxEditorProps) {
  const texts = textsIn(COMPOSE);
  const change = (index: number, box: Box | undefined): void => {
    onBoxes(hide.flatMap((one, place) => (place === index ? (box ? [box] : []) : [one])));
  };
  return (
    <div class="box-editor">
      <p>{texts.editorLead}</p>
      <Canvas
        url={url}
        name={texts.pictureOf(at)}
        boxes={hide}
        onAdd={(box) => {
          onBoxes([...hide, box]);
        }}
        onChange={change}
      />
      <p class="quiet">{texts.editorKeys}</p>
      <p class="buttons">
        <Button kind="main" onPress={onClose}>
          {texts.done}
        </Button>
        <Button
          onPress={() => {
            onBoxes([...hide, MIDDLE]);
          }}
        >
          {texts.addBox}
        </Button>
        {hide.map((box, place) => (
          <Button
            key={box.join()}
            onPress={() => {
              change(place, undefined);
            }}
          >
            {texts.removeBox(place + 1)}
          </Button>
        ))}
      </p>
    </div>
  );
}

interface CanvasProps {
  readonly url: string;
  readonly name: string;
  readonly boxes: readonly Box[];
  readonly onAdd: (box: Box) => void;
  readonly onChange: (index: number, box: Box | undefined) => void;
}

function Canvas({ url, name, boxes, onAdd, onChange }: CanvasProps) {
  const { box: words } = textsIn(COMPOSE);
  const { drawn, ...drawing } = useDrawing(onAdd);
  return (
    <div class="box-surface" {...drawing}>
      <img src={url} alt={name} draggable={false} />
      {boxes.map((box, index) => (
        <button
          key={index}
          type="button"
          class="box"
          style={styleOf(box)}
          aria-label={words(index + 1)}
          onKeyDown={(event) => {
            pressOn(box, event, (next) => {
              onChange(index, next);
            });
          }}
        />
      ))}
      {drawn.value && <span class="box box-drawn" style={styleOf(drawn.value)} />}
    </div>
  );
}

/** What a finger or a mouse draws on a surface, while it does so and when it is lifted. */
function useDrawing(onAdd: (box: Box) => void) {
  const surface = useRef<HTMLDivElement>(null);
  const from = useRef<Point | undefined>(undefined);
  const drawn = useSignal<Box | undefined>(undefined);
  const pointIn = ({ clientX, clientY }: PointerEvent): Point => {
    const { left, top, width, height } = (surface.current as HTMLDivElement).getBoundingClientRect();
    return { x: (clientX - left) / width, y: (clientY - top) / height };
  };
  const onPointerCancel = (): void => {
    from.current = undefined;
    drawn.value = undefined;
  };
  return {
    ...{ ref: surface, drawn, onPointerCancel },
    onPointerDown: (event: PointerEvent): void => {
      if (event.target instanceof HTMLButtonElement) return;
      from.current = pointIn(event);
      surface.current?.setPointerCapture(event.pointerId);
    },
    onPointerMove: (event: PointerEvent): void => {
      if (from.current) drawn.value = boxBetween(from.current, pointIn(event));
    },
    onPointerUp: (event: PointerEvent): void => {
      if (from.current) onAdd(boxBetween(from.current, pointIn(event)));
      onPointerCancel();
    },
  };
}

/** Moves a box, changes its size, or takes it away. */
function pressOn(box: Box, event: KeyboardEvent, onChange: (box: Box | undefined) => void): void {
  const isGone = event.key === "Delete" || event.key === "Backspace";
  const next = boxAfter(event.key, event.shiftKey, box);
  if (!isGone && !next) return;
  event.preventDefault();
  onChange(next);
}

/** Where a box is, for the object model: nothing of it is in a document. */
export function styleOf([left, top, width, height]: Box): Readonly<
  Record<"left" | "top" | "width" | "height", string>
> {
  const percent = (share: number): string => `${share * 100}%`;
  return { left: percent(left), top: percent(top), width: percent(width), height: percent(height) };
}
