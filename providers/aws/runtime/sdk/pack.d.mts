/** What packSdk made. */
export interface SdkReport {
  /** By file name; `zipped` is deflated at level 9. */
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly zipped: number }>>;
  /** The files that each module needs beside it, itself first. */
  readonly modules: Readonly<Record<string, readonly string[]>>;
}

/** Writes `<module>.mjs` for each SDK module (or entry point), `sdk-core.mjs`, and the report as `sdk.json`. */
export function packSdk(outDir: string, entryPoints?: readonly string[]): Promise<SdkReport>;

/** Median milliseconds of a cold import of a file, less that of an empty module. */
export function measureImport(file: string, runs?: number): number;
