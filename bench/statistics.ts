/** Medians, which a disturbed run does not move, and ratios of runs that were made side by side. */

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** The median of the ratios of the i-th runs: both saw the same load of the machine. */
export function pairedRatio(values: readonly number[], base: readonly number[]): number {
  return median(values.map((value, index) => value / (base[index] ?? Number.NaN)));
}

export function pairedDifference(values: readonly number[], base: readonly number[]): number {
  return median(values.map((value, index) => value - (base[index] ?? Number.NaN)));
}
