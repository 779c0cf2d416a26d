// Whatever things are called: no format of a review is broken by it, and none gets longer than it may.
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { judge, type Verdict } from '../../compiler/review/gate.js';
import { categories, type Finding, type ResourceChange, type Review } from '../../compiler/review/model.js';
import { renderReviewGithub } from '../../compiler/review/render-github.js';
import { renderReviewJson } from '../../compiler/review/render-json.js';
import { LONGEST_COMMENT, renderMarkdown } from '../../compiler/review/render-markdown.js';
import { renderPretty } from '../../compiler/review/render-pretty.js';
import { renderReviewSarif } from '../../compiler/review/render-sarif.js';
import { reviewSchema } from '../../compiler/review/review-schema.js';
import { PATIENCE, runs } from './runs.js';

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(
        '|',
        '`',
        '```',
        '\n',
        '\r\n',
        '<script>',
        '</details>',
        '-->',
        '<!--',
        '::set-output name=a::',
        '::error::',
        '%0A',
        '&lt;',
        '&',
        '@team',
        '#1',
        '![x](http://a.b)',
        '[x](y)',
        '**',
        '__',
        '~~',
        '\\',
        '\u001b[31m',
        '\u202e',
        '\ud800',
        '{{x}}',
        '$1',
        '- ',
        '# ',
        '> ',
        'https://a.example',
        'www.a.example',
        'a@b.example',
        '\u2028',
        '|---|',
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.join('')),
);

const line = fc.option(
  fc.record({
    file: hostile,
    line: fc.integer({ min: 1, max: 99999 }),
    side: fc.constantFrom('before' as const, 'after' as const),
  }),
  { nil: null },
);
const action = fc.constantFrom('create' as const, 'update' as const, 'replace' as const, 'delete' as const, 'move' as const);

const finding: fc.Arbitrary<Finding> = fc.record({
  rule: fc.constantFrom('data-loss/table-destroyed', 'exposure/public-policy'),
  category: fc.constantFrom(...categories),
  level: fc.constantFrom('error' as const, 'warning' as const, 'note' as const),
  address: hostile,
  subject: hostile,
  message: hostile,
  notes: fc.array(hostile, { maxLength: 2 }),
  source: line,
  because: fc.array(line, { maxLength: 2 }).map((lines) => lines.filter((one) => one !== null)),
  foreign: fc.boolean(),
  approved: fc.option(fc.record({ reason: hostile, until: fc.constantFrom(null, '2026-12-31') }), { nil: null }),
});

const change: fc.Arbitrary<ResourceChange> = fc.record({
  address: hostile,
  type: hostile,
  subject: hostile,
  action,
  previousAddress: fc.option(hostile, { nil: null }),
  attributes: fc.array(hostile, { maxLength: 2 }),
  follows: fc.boolean(),
  reason: fc.option(hostile, { nil: null }),
  source: line,
  foreign: fc.boolean(),
});

const review: fc.Arbitrary<Review> = fc.record({
  project: fc.option(hostile, { nil: null }),
  stage: fc.option(hostile, { nil: null }),
  of: fc.constant('plan' as const),
  complete: fc.boolean(),
  counts: fc.constant({ create: 1, update: 0, replace: 0, delete: 0, forget: 0, move: 0, import: 0, read: 0 }),
  findings: fc.array(finding, { maxLength: 4 }),
  changes: fc.array(change, { maxLength: 4 }),
  functions: fc.array(
    fc.record({
      address: hostile,
      name: hostile,
      action,
      reasons: fc.array(hostile, { maxLength: 2 }),
      causes: fc.array(fc.record({ kind: fc.constantFrom('own' as const, 'shared' as const), name: hostile }), { maxLength: 1 }),
      bytes: fc.record({ before: fc.constantFrom(null, 1, 5000), after: fc.constantFrom(null, 1, 5000) }),
      source: line,
    }),
    { maxLength: 3 },
  ),
  notes: fc.array(hostile, { maxLength: 2 }),
});

const judged = (one: Review): Verdict => judge(one, { failOn: categories, approved: [], allowDestroy: [], today: '2026-11-22' });

/** The same review with harmless words in the place of each text; what is empty stays so, since it is left out. */
function harmless(one: Review): Review {
  const kept = new Set(['category', 'level', 'rule', 'action', 'side', 'until', 'of', 'kind']);
  const places = new Map<string, string>();
  // Grouping by line depends on which files are the same.
  const fileFor = (text: string): string => {
    if (!places.has(text)) places.set(text, `f${places.size}`);
    return places.get(text) as string;
  };
  const visit = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return value === '' || kept.has(key) ? value : key === 'file' ? fileFor(value) : 'x';
    if (Array.isArray(value)) return value.map((item) => visit(item, key));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, visit(inner, name)]));
  };
  return visit(one, '') as Review;
}

/** What gives a Markdown text its structure: its lines by how they begin and by their cells, and its tags. */
function structure(markdown: string): string[] {
  return markdown
    .split('\n')
    .map(
      (text) =>
        `${/^(?:#+ | *-(?: |$)|>(?: |$)|\||<details>|<\/details>|)/.exec(text)?.[0]?.trimEnd()}${
          text
            .replace(/<!-- -->/g, '')
            .match(/[|<>`*_[\]~]|\\/g)
            ?.join('') ?? ''
        }`,
    )
    .sort();
}

describe('the formats of a review', function () {
  this.timeout(PATIENCE);

  it('keep the structure of Markdown, whatever things are called', () => {
    fc.assert(
      fc.property(review, (one) => {
        const text = renderMarkdown([judged(one)]);
        expect(text).not.to.match(/[@#](?=\w)(?<!&#)/);
        expect(text).not.to.match(/\p{Cs}|[\u0000-\u0009\u000b-\u001f\u202a-\u202e\u2028]/u);
        expect(text).not.to.contain('://');
        expect(structure(text)).to.deep.equal(structure(renderMarkdown([judged(harmless(one))])));
      }),
      runs(300),
    );
  });

  it('write one workflow command per finding and nothing that is another', () => {
    fc.assert(
      fc.property(review, (one) => {
        const lines = renderReviewGithub(judged(one)).split(/\r\n|\r|\n/);
        expect(lines.pop()).to.equal('');
        expect(lines).to.have.length(one.findings.length);
        for (const text of lines)
          expect(text).to.match(/^::(error|warning|notice) (file=[^,:]*,line=\d+,)?title=[a-z%0-9A-F-]+\/[a-z-]+::/);
      }),
      runs(300),
    );
  });

  it('write JSON as its schema says, and SARIF that can be read', () => {
    const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(reviewSchema);
    fc.assert(
      fc.property(review, (one) => {
        const verdict = judged(one);
        const json = JSON.parse(renderReviewJson([verdict], '1.0.0')) as unknown;
        expect(validate(json), JSON.stringify(validate.errors)).to.equal(true);
        const sarif = JSON.parse(renderReviewSarif([verdict], '1.0.0')) as {
          runs: [{ results: unknown[]; tool: { driver: { rules: unknown[] } } }];
        };
        expect(sarif.runs[0].results).to.have.length(one.findings.length);
      }),
      runs(200),
    );
  });

  it('keep control characters from terminals, and each text on its line', () => {
    fc.assert(
      fc.property(review, (one) => {
        const text = renderPretty(judged(one), false);
        expect(text).not.to.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
        expect(text.split('\n')).to.have.length(renderPretty(judged(harmless(one)), false).split('\n').length);
      }),
      runs(300),
    );
  });

  it('are summarised with counts in a comment, however large the plan is', () => {
    const nasty = '|<b>`@team`</b>'.repeat(40);
    const many = (amount: number): Review => ({
      project: 'p',
      stage: 'dev',
      of: 'plan',
      complete: true,
      counts: { create: amount, update: 0, replace: 0, delete: 0, forget: 0, move: 0, import: 0, read: 0 },
      findings: categories.flatMap((category) =>
        Array.from({ length: amount }, (_, index) => ({
          rule: `${category}/x`,
          category,
          level: 'error' as const,
          address: `a.${index}`,
          subject: nasty,
          message: nasty,
          notes: [nasty, nasty],
          source: null,
          because: [],
          foreign: false,
          approved: null,
        })),
      ),
      changes: Array.from({ length: amount }, (_, index) => ({
        address: `a.${index}${nasty}`,
        type: 'a',
        subject: 's',
        action: 'create' as const,
        previousAddress: nasty,
        attributes: [nasty],
        follows: false,
        reason: nasty,
        source: { file: `f${index}${nasty}`, line: 1, side: 'after' as const },
        foreign: index % 2 === 0,
      })),
      functions: Array.from({ length: amount }, (_, index) => ({
        address: `f.${index}`,
        name: nasty,
        action: 'update' as const,
        reasons: [nasty],
        causes: [],
        bytes: { before: 1, after: 2 },
        source: null,
      })),
      notes: Array.from({ length: amount }, () => nasty),
    });
    for (const amount of [0, 1, 3, 30, 1000]) {
      const text = renderMarkdown([judged(many(amount))]);
      expect(text.length, String(amount)).to.be.lessThan(LONGEST_COMMENT);
      if (amount === 0 || amount >= 30) expect(text.includes('left out to keep this short')).to.equal(amount > 0, String(amount));
      for (const category of amount === 0 ? [] : categories)
        expect(text).to.match(new RegExp(`<summary>[^<]*: ${amount}</summary>`), category);
    }
  });
});
