/**
 * Where all diagnostics of a run go. Reports come in any order and more than once; `finish` gives them merged, sorted,
 * with severities and suppressions applied. Never prints and never throws for what a user wrote.
 */
import { compareText, type Span } from '../ir/span.js';
import { type Catalogue, closestCode } from './catalogue.js';
import { projectCodes } from './codes/project.js';
import { suppressionCodes } from './codes/suppressions.js';
import type {
  Code,
  CodeSpec,
  CodeTable,
  Diagnostic,
  DiagnosticSink,
  ReportExtras,
  Reported,
  Reporter,
  Severity,
} from './diagnostic.js';
import { mergeDuplicates, sortDiagnostics } from './order.js';
import { indexSuppressions, judgeSuppressions, type Suppression } from './suppress.js';

/** One line of "diagnostics" in the configuration. */
export interface SeveritySetting {
  readonly code: string;
  readonly level: Severity | 'off';
  readonly span: Span | null;
}

export interface SinkSettings {
  readonly severities?: readonly SeveritySetting[];
  readonly suppressions?: readonly Suppression[];
}

export interface Sink extends DiagnosticSink {
  /** Adds settings that become known during the run, and reports those that make no sense. */
  configure(settings: SinkSettings): void;
  /**
   * What is to be shown, sorted; may be called again after more reports. `judged` says for which codes an unused
   * suppression is reported: those whose checks have run, by default all. After an error none is, because then later
   * checks were left out.
   */
  finish(judged?: (code: Code) => boolean): readonly Diagnostic[];
}

export function createSink(catalogue: Catalogue, settings: SinkSettings = {}): Sink {
  const collected: Diagnostic[] = [];
  const suppressions: Suppression[] = [];
  let suppressed = indexSuppressions(suppressions);
  const levels = new Map<string, Severity | 'off'>();
  let hasErrors = false;

  const reporterInto = <T extends CodeTable>(list: Diagnostic[], table: T): Reporter<T> => ({
    report: (code, params, where, extras = {}) => {
      const spec = table[code];
      if (spec === undefined || catalogue.find(code) === null) throw new Error(`${code} is not in the catalogue`);
      const diagnostic = diagnosticOf(code, spec, params, where, extras);
      if (diagnostic.severity === 'error') hasErrors = true;
      list.push(diagnostic);
      return REPORTED;
    },
  });

  const shown = (diagnostic: Diagnostic): Diagnostic | null => {
    if (diagnostic.severity === 'error') return diagnostic;
    if (suppressed.keyOf(diagnostic) !== null) return null;
    const level = levels.get(diagnostic.code) ?? diagnostic.severity;
    return level === 'off' ? null : { ...diagnostic, severity: level };
  };

  const sink: Sink = {
    for: (table) => reporterInto(collected, table),
    get failed() {
      // a warning that the configuration makes an error counts as one, unless a comment suppresses it
      return hasErrors || ([...levels.values()].includes('error') && collected.some((one) => shown(one)?.severity === 'error'));
    },
    configure(more) {
      const config = reporterInto(collected, projectCodes);
      for (const setting of more.severities ?? []) {
        const known = catalogue.find(setting.code);
        if (known === null) {
          config.report('NIM1019', { code: setting.code, nearest: closestCode(catalogue, setting.code) }, setting.span);
        } else if (known.severity === 'error' && setting.level !== 'error') {
          config.report('NIM1018', { code: setting.code, level: setting.level }, setting.span);
        } else {
          levels.set(setting.code, setting.level);
        }
      }
      for (const suppression of more.suppressions ?? []) suppressions.push(suppression);
      suppressed = indexSuppressions(suppressions);
    },
    finish(judged = () => true) {
      // beside the reports of the run, so that a second `finish` does not report them again
      const aboutSuppressions: Diagnostic[] = [];
      const complete = !sink.failed;
      const used = new Set(collected.map((one) => suppressed.keyOf(one)));
      judgeSuppressions({
        suppressions,
        catalogue,
        isUsed: (suppression, code) => used.has(suppressed.keyFor(suppression, code)),
        judged: (code) => complete && judged(code),
        reporter: reporterInto(aboutSuppressions, suppressionCodes),
      });
      const visible = [...collected, ...aboutSuppressions].map(shown).filter((one) => one !== null);
      return sortDiagnostics(mergeDuplicates(visible));
    },
  };
  sink.configure(settings);
  return sink;
}

/** The only value of its type; nobody else can name the type's key. */
const REPORTED = Object.freeze({}) as Reported;

function diagnosticOf(
  code: Code,
  spec: CodeSpec<unknown>,
  params: unknown,
  where: Span | null,
  extras: ReportExtras,
): Diagnostic {
  const { message, hint } = spec;
  return {
    code,
    slug: spec.slug,
    severity: spec.severity,
    message: message(params),
    primary: where === null ? null : { span: where, text: extras.label ?? '' },
    related: extras.related ?? [],
    notes: extras.notes ?? [],
    hint: extras.hint ?? hint?.(params) ?? null,
    fixes: extras.fixes ?? [],
    stages: [...new Set(extras.stages ?? [])].sort(compareText),
  };
}
