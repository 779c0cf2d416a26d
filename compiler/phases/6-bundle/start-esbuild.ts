/**
 * Starts esbuild's process, which takes its time and can do so while TypeScript loads. Should it not start, nothing is said
 * here: bundling meets the same problem and reports it.
 */
export function startEsbuild(): void {
  import('esbuild').then((esbuild) => esbuild.transform('')).catch(() => {});
}
