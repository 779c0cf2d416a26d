import { expect } from 'chai';
import type { Diagnostic } from '../../../compiler/diagnostics/diagnostic.js';
import { renderSarif } from '../../../compiler/diagnostics/render-sarif.js';
import { context, diagnostic, spanOfText } from './example-catalogue.js';

const text = 'let a;\nlet name = 1;\n';

function run(diagnostics: readonly Diagnostic[], source: string = text, more: object = {}) {
  return JSON.parse(renderSarif(diagnostics, context({ 'src/a.ts': source, 'src/ä b.ts': source }, more))).runs[0];
}

describe('renderSarif', () => {
  const primary = { span: spanOfText(text, 'name'), text: 'this' };

  it('lists only rules that fired, sorted, and refers to them by index', () => {
    const { tool, results } = run([
      diagnostic({ code: 'NIM8002', severity: 'warning' }),
      diagnostic({ code: 'NIM8001' }),
      diagnostic({ code: 'NIM8003', severity: 'info' }),
    ]);
    expect(tool.driver.rules.map((rule: { id: string }) => rule.id)).to.deep.equal(['NIM8001', 'NIM8002', 'NIM8003']);
    expect(results.map((one: { ruleIndex: number }) => one.ruleIndex)).to.deep.equal([1, 0, 2]);
    expect(results.map((one: { level: string }) => one.level)).to.deep.equal(['warning', 'error', 'note']);
  });

  it('takes the texts of a rule from its page', () => {
    const [rule] = run([diagnostic()], text, { docsUri: 'docs/diagnostics.md' }).tool.driver.rules;
    expect(rule.name).to.equal('example-error');
    expect(rule.shortDescription.text).to.equal('An example.');
    expect(rule.fullDescription.text).to.equal('Why it is one.');
    expect(rule.help.markdown).to.include('```ts\nlet bad;\n```');
    expect(rule.helpUri).to.equal('docs/diagnostics.md#nim8001');
  });

  it('gives regions with 1-based UTF-16 columns, and paths relative to the project', () => {
    const { results, columnKind } = run([diagnostic({ primary: { ...primary, span: { ...primary.span, file: 'src/ä b.ts' } } })]);
    expect(columnKind).to.equal('utf16CodeUnits');
    expect(results[0].locations).to.deep.equal([
      {
        physicalLocation: {
          artifactLocation: { uri: 'src/%C3%A4%20b.ts', uriBaseId: '%SRCROOT%' },
          region: { startLine: 2, startColumn: 5, endLine: 2, endColumn: 9, charOffset: 11, charLength: 4 },
        },
        message: { text: 'this' },
      },
    ]);
  });

  it('carries related places and fixes', () => {
    const [result] = run([
      diagnostic({
        primary,
        related: [{ span: spanOfText(text, 'a;'), text: 'that' }],
        fixes: [{ title: 'rename', edits: [{ span: primary.span, newText: 'other' }] }],
      }),
    ]).results;
    expect(result.relatedLocations[0]).to.deep.include({ id: 1, message: { text: 'that' } });
    const [change] = result.fixes[0].artifactChanges;
    expect(change.replacements[0].insertedContent).to.deep.equal({ text: 'other' });
    expect(change.replacements[0].deletedRegion.startColumn).to.equal(5);
  });

  it('has a result without a location for a problem of the whole project', () => {
    expect(run([diagnostic()]).results[0].locations).to.deep.equal([]);
  });

  it('gives fingerprints that survive lines added above, and tell equal problems apart', () => {
    const fingerprint = (result: { partialFingerprints: Record<string, string> }) => Object.values(result.partialFingerprints)[0];
    const before = run([diagnostic({ primary })]).results;
    const moved = `// a comment\n${text}`;
    const after = run([diagnostic({ primary: { ...primary, span: spanOfText(moved, 'name') } })], moved).results;
    expect(fingerprint(after[0])).to.equal(fingerprint(before[0]));
    const two = run([diagnostic({ primary }), diagnostic({ primary })]).results;
    expect(fingerprint(two[0])).to.not.equal(fingerprint(two[1]));
    const other = run([diagnostic({ primary, message: 'another' })]).results;
    expect(fingerprint(other[0])).to.not.equal(fingerprint(before[0]));
  });
});
