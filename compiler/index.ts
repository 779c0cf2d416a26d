/**
 * `nimbusc/compiler`: for tools that want the graph or the diagnostics of a project without starting a process.
 *
 * `check` and `build` never throw for what a project contains; they return diagnostics. Neither executes code of the
 * project.
 */
export type { Diagnostic, Label, Severity, TextEdit } from './diagnostics/diagnostic.js';
export type { GraphJson } from './ir/serialise.js';
export type { Host } from './options.js';
export {
  type BuildResult,
  type BuiltFunction,
  type BuiltStage,
  build,
  type CheckResult,
  type CompileOptions,
  catalogueOf,
  check,
} from './pipeline.js';
export type { Provider } from './provider.js';
