/** SARIF 2.1.0: findings at the lines of the source, for code scanning. Approved ones are suppressed, with the reason. */
import { contentHash } from '../hash.js';
import { compareText } from '../ir/span.js';
import type { Verdict } from './gate.js';
import type { Finding, SourceLine } from './model.js';
import { categoryTitles, findingLines } from './sections.js';

const ROOT = '%SRCROOT%';

export function renderReviewSarif(verdicts: readonly Verdict[], toolVersion: string): string {
  const document = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: verdicts.map((verdict) => runOf(verdict, toolVersion)),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function runOf({ review }: Verdict, toolVersion: string): object {
  const rules = [...new Set(review.findings.map(({ rule }) => rule))].sort(compareText);
  const seen = new Map<string, number>();
  return {
    tool: {
      driver: { name: 'nimbusc', semanticVersion: toolVersion, rules: rules.map((id) => ruleOf(id, review.findings)) },
    },
    automationDetails: { id: `nimbusc-review/${review.stage ?? ''}` },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { [ROOT]: { description: { text: 'The project folder.' } } },
    results: review.findings.map((finding) => ({
      ruleId: finding.rule,
      ruleIndex: rules.indexOf(finding.rule),
      level: finding.level,
      message: { text: [finding.message, ...findingLines(finding)].join('\n') },
      locations: [locationOf(finding)],
      ...(finding.because.length === 0
        ? {}
        : { relatedLocations: finding.because.map((line, index) => ({ id: index + 1, physicalLocation: physical(line) })) }),
      partialFingerprints: { 'nimbuscReview/v1': fingerprint(finding, seen) },
      ...(finding.approved === null ? {} : { suppressions: [{ kind: 'external', justification: finding.approved.reason }] }),
      properties: { category: finding.category, address: finding.address, foreign: finding.foreign },
    })),
  };
}

function ruleOf(id: string, findings: readonly Finding[]): object {
  const finding = findings.find(({ rule }) => rule === id) as Finding;
  return {
    id,
    name: id.replace('/', '-'),
    shortDescription: { text: `${categoryTitles[finding.category]}: ${id.slice(id.indexOf('/') + 1).replaceAll('-', ' ')}` },
    defaultConfiguration: { level: finding.level },
  };
}

function locationOf({ source, address }: Finding): object {
  const logicalLocations = [{ fullyQualifiedName: address, kind: 'resource' }];
  return source === null ? { logicalLocations } : { physicalLocation: physical(source), logicalLocations };
}

function physical({ file, line }: SourceLine): object {
  const uri = file.split('/').map(encodeSegment).join('/');
  return { artifactLocation: { uri, uriBaseId: ROOT }, region: { startLine: line } };
}

/** `encodeURIComponent` throws at half a surrogate pair. */
function encodeSegment(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'));
}

/** Without lines, so that it is the same problem after an edit above it. */
function fingerprint({ rule, address, message }: Finding, seen: Map<string, number>): string {
  const identity = JSON.stringify([rule, address, message]);
  const number = seen.get(identity) ?? 0;
  seen.set(identity, number + 1);
  return contentHash(`${identity}${number}`).slice(0, 32);
}
