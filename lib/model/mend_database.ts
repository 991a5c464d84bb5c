/** The hint wherever a database turns out to be damaged. */
export const MEND_DATABASE =
  "Run `codemem restore FILE --stop` with a backup; without one, run `codemem sync stop`, " +
  "move the database and the files beside it away, run `codemem sync identity new --yes`, and pair " +
  "with a device that has the memories";

/** The hint wherever a database turns out to be gone. */
export const LOST_DATABASE =
  "Run `codemem restore FILE --stop` with a backup; without one, run `codemem sync stop`, then " +
  "`codemem sync identity new --yes`, and pair with a device that has the memories";
