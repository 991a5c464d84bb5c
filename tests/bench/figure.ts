/** Figures: what a benchmark measures, held against a goal where it has one. */

/** One measured figure, in the form in which it is printed. */
export interface Figure {
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  /** What it is held against: measured in the same run, in the same unit. */
  readonly limit?: number;
  /** The value in relation to the limit. */
  readonly ratio?: number;
  /** What the ratio should be. */
  readonly goal?: string;
  /** Whether it is; true where there is no goal. */
  readonly met: boolean;
  /** How it was measured, in a clause. */
  readonly how: string;
  /** Further facts. */
  readonly [fact: string]: unknown;
}

/** A goal for the ratio of value and limit. */
export type Goal = { readonly atLeast: number } | { readonly atMost: number };

/** A figure whose value is held against a limit. */
export function compared(
  parts: {
    readonly figure: string;
    readonly value: number;
    readonly unit: string;
    readonly limit: number;
    readonly goal: Goal;
    readonly how: string;
    readonly [fact: string]: unknown;
  },
): Figure {
  const { figure, value, unit, limit, goal, ...rest } = parts;
  const ratio = value / limit;
  const met = "atLeast" in goal ? ratio >= goal.atLeast : ratio <= goal.atMost;
  return {
    figure,
    value: rounded(value),
    unit,
    limit: rounded(limit),
    ratio: rounded(ratio),
    goal: "atLeast" in goal ? `>= ${goal.atLeast}` : `<= ${goal.atMost}`,
    met,
    ...rest,
  };
}

/** A figure for orientation. */
export function plain(figure: string, value: number, unit: string, how: string): Figure {
  return { figure, value: rounded(value), unit, met: true, how };
}

/** The value in the middle; the mean of the two in the middle of an even number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle) - 1]!) / 2;
}

/** The smallest of the values that so large a share of them does not exceed. @param share 0 to 1 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

/** Three digits that count; whole numbers stay whole. */
export function rounded(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
