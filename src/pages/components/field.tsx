/** Fields of forms: a label that is seen, a hint, and what is wrong, each tied to the field for screen readers. */
import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";

interface FieldProps {
  readonly label: string;
  readonly hint?: ComponentChildren;
  /** What is wrong with what was entered. */
  readonly error?: string | undefined;
}

/** What ties a control to its label, hint and error. */
interface Ties {
  readonly id: string;
  readonly "aria-describedby": string;
  readonly "aria-invalid": boolean;
}

interface FieldFrameProps extends FieldProps {
  readonly control: (ties: Ties) => JSX.Element;
}

function FieldFrame({ label, hint, error, control }: FieldFrameProps) {
  const id = useId();
  const [hintId, errorId] = [`${id}-hint`, `${id}-error`];
  const isWrong = error !== undefined;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint !== undefined && (
        <p id={hintId} class="hint">
          {hint}
        </p>
      )}
      {control({ id, "aria-describedby": `${hintId} ${errorId}`, "aria-invalid": isWrong })}
      <p id={errorId} class="field-error" role={isWrong ? "alert" : undefined}>
        {error}
      </p>
    </div>
  );
}

export interface TextFieldProps extends FieldProps {
  readonly value: string;
  readonly onInput: (value: string) => void;
  /** More than one: a field of many lines. */
  readonly rows?: number;
  readonly type?: "text" | "url" | "search" | "date" | "datetime-local" | "number" | "password";
  /** Keys, hashes and code: nothing to be corrected by a keyboard. */
  readonly isCode?: boolean;
}

export function TextField({ value, onInput, rows = 1, type = "text", isCode = false, ...frame }: TextFieldProps) {
  const asTyped = {
    ...{ spellcheck: !isCode, class: isCode ? "code" : "" },
    ...({ autocomplete: "off", autocapitalize: "off" } as const),
  };
  return (
    <FieldFrame
      {...frame}
      control={(ties) =>
        rows > 1 ? (
          <textarea
            {...ties}
            {...asTyped}
            rows={rows}
            value={value}
            onInput={({ currentTarget }) => {
              onInput(currentTarget.value);
            }}
          />
        ) : (
          <input
            {...ties}
            {...asTyped}
            // Preact's types know one kind of field at a time.
            type={type as "text"}
            value={value}
            onInput={({ currentTarget }) => {
              onInput(currentTarget.value);
            }}
          />
        )
      }
    />
  );
}

export interface ChoiceFieldProps extends FieldProps {
  readonly value: string;
  readonly choices: readonly { readonly value: string; readonly name: string }[];
  readonly onChoose: (value: string) => void;
}

/** One of a few. */
export function ChoiceField({ value, choices, onChoose, ...frame }: ChoiceFieldProps) {
  return (
    <FieldFrame
      {...frame}
      control={(ties) => (
        <select
          {...ties}
          value={value}
          onChange={({ currentTarget }) => {
            onChoose(currentTarget.value);
          }}
        >
          {choices.map((one) => (
            <option key={one.value} value={one.value}>
              {one.name}
            </option>
          ))}
        </select>
      )}
    />
  );
}

export interface ChecksFieldProps extends FieldProps {
  readonly checked: readonly string[];
  readonly choices: readonly { readonly value: string; readonly name: string; readonly hint?: string | undefined }[];
  readonly onCheck: (checked: readonly string[]) => void;
}

/** Any number of a few. */
export function ChecksField({ label, hint, error, checked, choices, onCheck }: ChecksFieldProps) {
  const id = useId();
  const isWrong = error !== undefined;
  return (
    <fieldset class="checks" aria-describedby={`${id}-hint ${id}-error`}>
      <legend>{label}</legend>
      {hint !== undefined && (
        <p id={`${id}-hint`} class="hint">
          {hint}
        </p>
      )}
      <div class="checks-list">
        {choices.map((one) => (
          <label key={one.value} class="check">
            <input
              type="checkbox"
              checked={checked.includes(one.value)}
              onChange={({ currentTarget }) => {
                const others = checked.filter((value) => value !== one.value);
                onCheck(currentTarget.checked ? [...others, one.value] : others);
              }}
            />
            <span>
              {one.name}
              {one.hint !== undefined && <span class="hint">{one.hint}</span>}
            </span>
          </label>
        ))}
      </div>
      <p id={`${id}-error`} class="field-error" role={isWrong ? "alert" : undefined}>
        {error}
      </p>
    </fieldset>
  );
}

interface FileFieldProps {
  readonly label: string;
  readonly accept?: string;
  readonly isMultiple?: boolean;
  /** Whether a phone takes a picture instead of showing those that it has. */
  readonly isCamera?: boolean;
  readonly onFiles: (files: readonly File[]) => void;
}

/** A button that opens the choice of files: the browser's own would speak the browser's language. */
export function FileField({ label, accept, isMultiple = false, isCamera = false, onFiles }: FileFieldProps) {
  return (
    <label class="button file-field">
      {label}
      <input
        class="visually-hidden"
        type="file"
        accept={accept}
        multiple={isMultiple}
        capture={isCamera ? "environment" : undefined}
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])]);
          currentTarget.value = "";
        }}
      />
    </label>
  );
}
