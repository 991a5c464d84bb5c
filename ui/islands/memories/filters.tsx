/** The search field and the filters: a form that works without any script, too. */
import { withoutBidiControls } from "../../../lib/model/bidi.ts";
import { grouped } from "../../../lib/model/counted.ts";
import type { FacetsData, MemoriesQueryData } from "../../page_data.ts";
import type { MemoryList } from "./list.ts";

/** The form above the feed. */
export function MemoryFilters({ list }: { readonly list: MemoryList }) {
  const query = list.query.value;
  return (
    <form
      class="filters"
      role="search"
      action="/"
      method="get"
      onSubmit={(event) => {
        event.preventDefault();
        void list.reload();
      }}
    >
      <input
        class="words"
        type="search"
        name="q"
        value={query.q}
        maxLength={200}
        placeholder="Search"
        aria-label="Search memories"
        autocomplete="off"
        spellcheck={false}
        enterkeyhint="search"
        onInput={(event) => list.type(event.currentTarget.value)}
      />
      <Selects query={query} facets={list.facets.value} list={list} />
      <noscript dangerouslySetInnerHTML={{ __html: '<button type="submit">Search</button>' }} />
    </form>
  );
}

type Choice = readonly [value: string, words: string];

/** A filter by one property of memories. */
interface Filter {
  readonly name: "project" | "kind" | "device";
  readonly label: string;
  /** What is said where it leaves nothing out. */
  readonly all: string;
  readonly counts: readonly number[];
  readonly choices: readonly Choice[];
}

function filtersOf({ projects, kinds, devices }: FacetsData): readonly Filter[] {
  const counts = (facet: readonly { readonly count: number }[]) => facet.map(({ count }) => count);
  const named = (facet: FacetsData["kinds"]) =>
    facet.map(({ name, count }) => choice(name, name, count));
  return [
    {
      ...{ name: "project", label: "Project", all: "All projects" },
      ...{ counts: counts(projects), choices: named(projects) },
    },
    {
      ...{ name: "kind", label: "Kind", all: "All kinds" },
      ...{ counts: counts(kinds), choices: named(kinds) },
    },
    {
      ...{ name: "device", label: "Device", all: "All devices" },
      ...{ counts: counts(devices), choices: devices.map(deviceChoice) },
    },
  ];
}

/** Whether the filter could leave anything out. */
function isOfUse({ name, counts }: Filter, query: MemoriesQueryData, total: number): boolean {
  return query[name] !== "" || counts.some((count) => count < total);
}

function Selects({ query, facets, list }: {
  readonly query: MemoriesQueryData;
  readonly facets: FacetsData;
  readonly list: MemoryList;
}) {
  const filters = filtersOf(facets).filter((each) => isOfUse(each, query, facets.total));
  return (
    <>
      {filters.map(({ name, label, all, choices }) => (
        <select
          key={name}
          name={name}
          aria-label={label}
          onChange={(event) => list.setQuery({ [name]: event.currentTarget.value })}
        >
          <option value="" selected={query[name] === ""}>{all}</option>
          {withChosen(choices, query[name]).map(([value, words]) => (
            <option key={value} value={value} selected={value === query[name]}>
              {withoutBidiControls(words)}
            </option>
          ))}
        </select>
      ))}
      {(facets.set_aside > 0 || query.set_aside !== "") && <SetAside query={query} list={list} />}
    </>
  );
}

function SetAside({ query, list }: {
  readonly query: MemoriesQueryData;
  readonly list: MemoryList;
}) {
  const choices: readonly Choice[] = [
    ["", "In use"],
    ["only", "Set aside"],
    ["included", "In use and set aside"],
  ];
  return (
    <select
      name="set_aside"
      aria-label="State"
      onChange={(event) => list.setQuery({ set_aside: event.currentTarget.value })}
    >
      {choices.map(([value, words]) => (
        <option key={value} value={value} selected={value === query.set_aside}>{words}</option>
      ))}
    </select>
  );
}

function choice(value: string, name: string, count: number): Choice {
  return [value, `${name} (${grouped(count)})`];
}

function deviceChoice({ device_id: id, device_name: name, count }: FacetsData["devices"][number]) {
  return choice(id, name ?? id.slice(0, 8), count);
}

/** The chosen value stays in the list even if no memory has it any more. */
function withChosen(choices: readonly Choice[], chosen: string): readonly Choice[] {
  const isThere = chosen === "" || choices.some(([value]) => value === chosen);
  return isThere ? choices : [...choices, [chosen, chosen]];
}
