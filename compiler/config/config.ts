/** The configuration of a project as all later phases see it: every key present, defaults filled in, plain data. */

/** A value for all stages, or one per stage, or none. */
export interface PerStage<T> {
  readonly everywhere: T | null;
  readonly byStage: Readonly<Record<string, T>>;
}

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type JsonObject = { readonly [key: string]: JsonValue };

/** A Terraform backend: `s3` and its settings as Terraform has them. */
export interface Backend {
  readonly type: string;
  readonly settings: JsonObject;
}

export type DiagnosticLevel = 'off' | 'info' | 'warning' | 'error';

export interface NimbusConfig {
  readonly projectName: string;
  /** Globs relative to the project folder; null: the tsconfig's files. */
  readonly source: readonly string[] | null;
  /** Relative to the project folder; null: `tsconfig.json`. */
  readonly tsconfig: string | null;
  readonly defaultStages: readonly string[];
  readonly keepWarmStages: readonly string[];
  /** Null: what Terraform's AWS provider finds in its environment. */
  readonly region: string | null;
  /** Relative to the project folder, or absolute. */
  readonly out: string;
  readonly backend: PerStage<Backend>;
  readonly permissions: 'strict' | 'infer';
  readonly runtime: string;
  readonly architecture: 'arm64' | 'x86_64';
  readonly logRetentionDays: number;
  readonly httpErrorMessageType: 'NONE' | 'PLAIN_TEXT' | 'APPLICATION_JSON' | 'HEADER';
  readonly defaultAllowedOrigin: PerStage<string>;
  readonly defaultAllowedHeaders: PerStage<readonly string[]>;
  readonly bundle: BundleConfig;
  /** Whether resources carry the tag `nimbus:source`. */
  readonly sourceTags: boolean;
  /** A version constraint as Terraform writes it. */
  readonly awsProviderVersion: string;
  /** Stages whose data may not be destroyed; null: every stage but `dev`. Ask `isProtectedStage`. */
  readonly protect: readonly string[] | null;
  /** Terraform addresses that may be destroyed in protected stages. */
  readonly allowDestroy: readonly string[];
  /** Old Terraform address to new one. */
  readonly moved: Readonly<Record<string, string>>;
  readonly review: ReviewConfig;
  readonly diagnostics: Readonly<Record<string, DiagnosticLevel>>;
}

export interface ReviewConfig {
  /** Categories of findings that fail a review; null: data at risk. */
  readonly failOn: readonly string[] | null;
  readonly approved: readonly ApprovedFinding[];
}

/** What somebody has decided to live with. */
export interface ApprovedFinding {
  /** A rule (`data-loss/table-destroyed`) or a category (`exposure`). */
  readonly rule: string;
  /** Null: whatever the address. */
  readonly address: string | null;
  readonly reason: string;
  /** The last day on which it counts, as `2026-12-31`. */
  readonly until: string | null;
}

export interface BundleConfig {
  readonly minify: boolean;
  readonly sourceMaps: boolean;
  readonly awsSdk: 'bundled' | 'runtime';
  readonly external: readonly string[];
}

export const configDefaults = {
  source: null,
  tsconfig: null,
  defaultStages: ['dev'],
  keepWarmStages: [],
  region: null,
  out: 'nimbus.out',
  backend: { everywhere: null, byStage: {} },
  permissions: 'strict',
  runtime: 'nodejs22.x',
  architecture: 'arm64',
  logRetentionDays: 14,
  httpErrorMessageType: 'APPLICATION_JSON',
  defaultAllowedOrigin: { everywhere: null, byStage: {} },
  defaultAllowedHeaders: { everywhere: null, byStage: {} },
  bundle: { minify: true, sourceMaps: false, awsSdk: 'bundled', external: [] },
  sourceTags: true,
  awsProviderVersion: '~> 5.100',
  protect: null,
  allowDestroy: [],
  moved: {},
  review: { failOn: null, approved: [] },
  diagnostics: {},
} as const satisfies Omit<NimbusConfig, 'projectName'>;

export function forStage<T>(setting: PerStage<T>, stage: string): T | null {
  return Object.hasOwn(setting.byStage, stage) ? (setting.byStage[stage] ?? null) : setting.everywhere;
}

export function isProtectedStage(config: NimbusConfig, stage: string): boolean {
  return config.protect === null ? stage !== 'dev' : config.protect.includes(stage);
}
