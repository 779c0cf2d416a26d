import { expect } from 'chai';
import fc from 'fast-check';
import { renderText } from '../../../compiler/diagnostics/render-text.js';
import { context } from '../diagnostics/example-catalogue.js';
import { load } from './load.js';

const YAML = `# yaml-language-server: $schema=./schema.json
projectName: chat
defaultStages: [dev, "prod"]
backend: &all
  dev: { s3: { bucket: 'state', key: chat } }
  prod: { local: { path: x } }
bundle:
  external:
    - sharp
    - |
      text
diagnostics: { NIM1602: off }
moved: { aws_sqs_queue.A: aws_sqs_queue.B }
`;
const JSON_TEXT = JSON.stringify(
  { projectName: 'chat', defaultStages: ['dev'], bundle: { minify: true }, region: 'eu-west-1' },
  null,
  2,
);

/** One change: some characters removed, and perhaps others put in their place. */
const damage = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.nat(5),
  inserted: fc.oneof(
    fc.constantFrom(
      '',
      ':',
      ': ',
      '\n',
      '\t',
      '"',
      "'",
      '[',
      ']',
      '{',
      '}',
      '&a ',
      '*a',
      '<<: *all',
      '!x ',
      '|',
      '>',
      '---',
      '%',
      '\u0000',
      '\ufeff',
      '\ud800',
      '? ',
      '- ',
    ),
    fc.string({ maxLength: 4, unit: 'binary' }),
  ),
});

function damaged(text: string, changes: readonly { at: number; removed: number; inserted: string }[]): string {
  return changes.reduce((now, { at, removed, inserted }) => {
    const start = Math.floor(at * now.length);
    return now.slice(0, start) + inserted + now.slice(start + removed);
  }, text);
}

function check(file: string, text: string): void {
  const { outcome, diagnostics } = load({ [file]: text });
  expect(outcome.ok).to.equal(diagnostics.length === 0);
  for (const { code, primary, related } of diagnostics) {
    expect(code).to.not.equal('NIM9001');
    for (const label of [...(primary === null ? [] : [primary]), ...related]) {
      expect(label.span.start).to.be.within(0, text.length);
      expect(label.span.end).to.be.within(label.span.start, text.length);
    }
  }
  renderText(diagnostics, context({ [file]: text }));
}

describe('a damaged configuration', () => {
  it('never makes the loader throw, and each problem has a place in the file', () => {
    const changes = fc.array(damage, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(changes, (list) => check('nimbus.yml', damaged(YAML, list))),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(changes, (list) => check('nimbus.json', damaged(JSON_TEXT, list))),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(changes, (list) => check('package.json', damaged(`{"nimbus":${JSON_TEXT}}`, list))),
      { numRuns: 300 },
    );
  }).timeout(60_000);

  it('may be any text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => check('nimbus.yml', text)),
      { numRuns: 500 },
    );
  }).timeout(60_000);
});
