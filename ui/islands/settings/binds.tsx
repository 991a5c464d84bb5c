/** The addresses that are listened on: a row each, and this machine's own to choose from. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { type FieldContext, FieldNotes, overrideOf } from "./fields.tsx";

const EVERY = [
  { name: "every IPv4 address", address: "0.0.0.0" },
  { name: "every IPv6 address", address: "::" },
];

/** Rows that can be added and removed. */
export function SettingsBinds({ fields }: { readonly fields: FieldContext }) {
  const rows = fields.draft.sync_bind;
  const isFixed = overrideOf(fields, "sync_bind") !== undefined;
  const { list, focusNext } = useFocusOfNewRow(rows.length);
  const set = (binds: readonly string[]) => fields.onChange("sync_bind", binds);
  const add = (address: string) => {
    if (address === "") focusNext();
    set([...rows, address]);
  };
  return (
    <fieldset class="field" disabled={isFixed} aria-describedby="sync_bind-notes">
      <legend>Listen on</legend>
      <ul class="stack rows" ref={list}>
        {rows.map((address, index) => (
          <Row
            key={index}
            {...{ address, index, isOnly: rows.length === 1 }}
            isRefused={fields.problem?.field === "sync_bind"}
            onInput={(text) => set(rows.with(index, text))}
            onRemove={() => set(rows.toSpliced(index, 1))}
          />
        ))}
      </ul>
      <FieldNotes
        name="sync_bind"
        label=""
        help="IP addresses of this machine. All of it: 0.0.0.0 and ::."
        fields={fields}
      />
      {!isFixed && <Offers taken={rows} fields={fields} onAdd={add} />}
    </fieldset>
  );
}

/** Moves the focus to a new row once it is rendered. */
function useFocusOfNewRow(rows: number) {
  const list = useRef<HTMLUListElement>(null);
  const isNext = useRef(false);
  useLayoutEffect(() => {
    if (isNext.current) list.current?.querySelector<HTMLElement>("li:last-child input")?.focus();
    isNext.current = false;
  }, [rows]);
  return { list, focusNext: () => void (isNext.current = true) };
}

function Row({ address, index, isOnly, isRefused, onInput, onRemove }: {
  readonly address: string;
  readonly index: number;
  /** The only row cannot be removed. */
  readonly isOnly: boolean;
  readonly isRefused: boolean;
  readonly onInput: (text: string) => void;
  readonly onRemove: () => void;
}) {
  return (
    <li class="row">
      <input
        class="long mono"
        aria-label={`Address ${index + 1}`}
        aria-invalid={isRefused}
        aria-describedby="sync_bind-notes"
        autocomplete="off"
        spellcheck={false}
        value={address}
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
      />
      <button
        type="button"
        class="quiet"
        aria-label={`Remove address ${index + 1}: ${address}`}
        disabled={isOnly}
        onClick={onRemove}
      >
        Remove
      </button>
    </li>
  );
}

function Offers({ taken, fields, onAdd }: {
  readonly taken: readonly string[];
  readonly fields: FieldContext;
  readonly onAdd: (address: string) => void;
}) {
  // A link-local address means nothing without its interface.
  const offers = [...EVERY, ...fields.config.interfaces]
    .filter(({ address }) => !taken.includes(address) && !/^fe80:/i.test(address));
  return (
    <div class="row offers small">
      {offers.map(({ name, address }) => (
        <button
          type="button"
          key={`${name} ${address}`}
          onClick={() => onAdd(address)}
        >
          + <code>{address}</code> <span class="muted">{name}</span>
        </button>
      ))}
      <button type="button" onClick={() => onAdd("")}>+ another address</button>
    </div>
  );
}
